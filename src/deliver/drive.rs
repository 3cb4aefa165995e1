//! Drives one run to its end.

use super::account::Account;
use super::hand_over::{Handed, Shared};
use super::journal::Entry;
use super::onlooker::write_down;
use crate::diff::{Recording, Told};
use crate::run::{self, Answer, Event, Limits, Outcome, Request, Run, Step, Verdict};

/// Runs an event through the mapping and answers what it needs. Whoever calls holds a token of the account.
pub(super) async fn drive(
    account: &Account,
    event: Event,
    limits: &Limits,
    recording: &mut Option<Recording>,
    mut entry: Option<&mut Entry>,
) -> Outcome {
    let mut last = None;
    let mut step = run::start(account.session(), event, limits);
    loop {
        step = match step {
            Step::Done(outcome) => return outcome,
            Step::Need(request, run) if entry.as_mut().is_some_and(|entry| entry.doubts(&request)) => {
                run.doubt()
            }
            Step::Need(request, run) => {
                let answer = match &mut entry {
                    Some(entry) => entry.answer(account, &request, &mut last).await,
                    None => account.answer(&request, &mut last).await,
                };
                write_down(recording, &run, &request, || told(&answer));
                match answer {
                    Ok(answer) => resume(account, run, &request, answer),
                    Err(why) => return run.give_up(why),
                }
            }
        };
    }
}

/// The same for a host that sends requests itself: ends at the request that is left to it.
pub(super) async fn drive_for_host(
    account: &Account,
    event: Event,
    limits: &Limits,
    recording: &mut Option<Recording>,
) -> Handed {
    let mut last = None;
    let mut shown = Vec::new();
    let mut step = run::start(account.session(), event, limits);
    loop {
        step = match step {
            Step::Done(outcome) => {
                // A host is not shown half an event.
                let is_whole = outcome.verdict == Verdict::Delivered;
                let shown = if is_whole { in_order(shown) } else { Vec::new() };
                return Handed { outcome, left: None, shown };
            }
            Step::Need(request, run) if request.is_left() => {
                account.forget(&request);
                let authorization = account.wire().authorization().await;
                write_down(recording, &run, &request, || match &authorization {
                    Ok(_) => Told::Left,
                    Err(why) => Told::GaveUp(why.clone()),
                });
                return match authorization {
                    Ok(authorization) => {
                        let left = Some(Shared::of(account.session(), request, authorization.as_deref()));
                        Handed { outcome: run.hand_over(), left, shown: Vec::new() }
                    }
                    Err(why) => Handed { outcome: run.give_up(why), left: None, shown: Vec::new() },
                };
            }
            Step::Need(request, run) => {
                let answer = account.answer(&request, &mut last).await;
                write_down(recording, &run, &request, || told(&answer));
                match answer {
                    Ok(answer) => {
                        let place = request.host.as_ref().and_then(|host| host.place);
                        let place = place.filter(|_| is_made(&answer));
                        let next = resume(account, run, &request, answer);
                        if let Some(place) = place {
                            // Whoever could send the request could log in.
                            let authorization = account.wire().authorization().await.unwrap_or_default();
                            let shared = Shared::of(account.session(), request, authorization.as_deref());
                            shown.push((place, shared));
                        }
                        next
                    }
                    Err(why) => {
                        return Handed { outcome: run.give_up(why), left: None, shown: Vec::new() };
                    }
                }
            }
        };
    }
}

/// Goes on with an answer, which others are not given when the event ends badly with it.
fn resume(account: &Account, run: Run, request: &Request, answer: Answer) -> Step {
    let step = run.resume(answer);
    if let Step::Done(outcome) = &step {
        account.ended_at(request, &outcome.verdict);
    }
    step
}

fn told(answer: &Result<Answer, String>) -> Told {
    match answer {
        Ok(answer) => Told::Answer(answer.clone()),
        Err(why) => Told::GaveUp(why.clone()),
    }
}

fn is_made(answer: &Answer) -> bool {
    matches!(answer, Answer::Reply { status: 200..=299, .. })
}

fn in_order(mut shown: Vec<(usize, Shared)>) -> Vec<Shared> {
    shown.sort_by_key(|(place, _)| *place);
    shown.into_iter().map(|(_, request)| request).collect()
}
