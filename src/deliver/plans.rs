//! Plans over a transport: reads are really made, writes never; and deliveries that do what a plan says and no more.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::Deliverer;
use super::account::{Account, Last, read_key};
use crate::plan::{EventPlan, Follow, Planner, Step, difference};
use crate::run::{self, Answer, Limits, Outcome, Request};

/// Makes the plans of one delivery, event by event in their order. Each read is made once for all of them.
#[derive(Debug)]
pub struct Plans {
    account: Arc<Account>,
    planner: Planner,
    answers: HashMap<String, Answer>,
}

/// What became of an event that was delivered by a plan.
#[derive(Clone, Debug, PartialEq)]
pub enum Applied {
    /// All its requests were those of the plan.
    Done(Outcome),
    /// It would have done something else.
    Refused {
        /// One sentence.
        why: String,
        /// Writes of the plan that were made before that was known.
        made: u64,
    },
}

impl Plans {
    pub(super) fn new(account: Arc<Account>, limits: &Limits) -> Self {
        let planner = Planner::new(account.session().clone(), limits);
        Self { account, planner, answers: HashMap::new() }
    }

    /// The plan of the next event; `by` is how plans of later events name it.
    pub async fn next(&mut self, event: &Arc<Value>, by: &str) -> EventPlan {
        let account = self.account.clone();
        let _busy = account.busy();
        let mut last = None;
        let mut step = self.planner.begin(event, by);
        loop {
            step = match step {
                Step::Done(plan) => return plan,
                Step::Need(request, walk) if !request.method.is_read() => {
                    return self.planner.give_up(walk, "a plan does not write".to_owned());
                }
                Step::Need(request, walk) => match self.answer(&request, &mut last).await {
                    Ok(answer) => self.planner.resume(walk, answer),
                    Err(why) => return self.planner.give_up(walk, why),
                },
            };
        }
    }

    async fn answer(&mut self, request: &Request, last: &mut Option<Last>) -> Result<Answer, String> {
        let key = read_key(request);
        if request.attempt == 1
            && let Some(answer) = self.answers.get(&key)
        {
            return Ok(answer.clone());
        }
        let answer = self.account.answer(request, last).await?;
        if let Answer::Reply { status: 200..300 | 404, .. } = &answer {
            self.answers.insert(key, answer.clone());
        }
        Ok(answer)
    }
}

impl Deliverer {
    /// Begins plans for the events of one delivery.
    #[must_use]
    pub fn plans(&self) -> Plans {
        Plans::new(self.account.clone(), &self.limits)
    }

    /// Delivers an event as planned: first it is planned again, and nothing is made if that gives anything else. Then
    /// each write is held against the plan before it is made, and the first one that is not in it ends the event.
    pub async fn apply_one(&self, event: &Arc<Value>, planned: &EventPlan) -> Applied {
        let now = self.plans().next(event, "an earlier event").await;
        if let Some(moved) = difference(planned, &now) {
            return Applied::Refused { why: moved.why, made: 0 };
        }
        let _busy = self.account.busy();
        let mut follow = Follow::new(planned);
        let (mut last, mut made) = (None, 0);
        let mut step = run::start(self.account.session(), event.clone(), &self.limits);
        loop {
            step = match step {
                run::Step::Done(outcome) => return Applied::Done(outcome),
                run::Step::Need(request, run) => {
                    // What is made again has been taken before.
                    if !request.method.is_read() && request.attempt == 1 {
                        if let Err(why) = follow.take(&request) {
                            return Applied::Refused { why, made };
                        }
                        made += 1;
                    }
                    match self.account.answer(&request, &mut last).await {
                        Ok(answer) => run.resume(answer),
                        Err(why) => return Applied::Done(run.give_up(why)),
                    }
                }
            };
        }
    }
}
