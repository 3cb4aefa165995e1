//! The rate that this process keeps by itself or together with others of the same account.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::limits::Limiter;
use super::turns::Turns;
use crate::run::{Pace, Request};

/// Counts requests together with other processes.
pub trait Budget: fmt::Debug + Send + Sync {
    /// Waits until one more request may be made of those that `name` counts, at this pace of all processes together.
    fn take<'a>(&'a self, name: &'a str, pace: &'a Pace) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

/// The rate of all requests, and who counts them.
#[derive(Debug)]
pub(super) struct Together {
    rate: Option<Pace>,
    alone: Option<Limiter>,
    budget: Option<Arc<dyn Budget>>,
    turns: Turns,
}

impl Together {
    pub(super) fn new(rate: Option<Pace>, budget: Option<Arc<dyn Budget>>) -> Self {
        let alone = rate.as_ref().filter(|_| budget.is_none()).map(Limiter::new);
        Self { rate, alone, budget, turns: Turns::default() }
    }

    /// Waits until one more request may be made.
    pub(super) async fn pass(&self, request: &Request) {
        if let Some(alone) = &self.alone {
            alone.pass(&request.step).await;
        }
        if let (Some(budget), Some(rate)) = (&self.budget, &self.rate) {
            let _turn = self.turns.take(&request.step).await;
            budget.take("requests", rate).await;
        }
    }

    /// Waits until one more request may be made by a limit of the mapping that others keep as well.
    pub(super) async fn pass_limit(&self, number: usize, pace: &Pace) {
        if let Some(budget) = &self.budget {
            budget.take(&format!("limit-{number}"), pace).await;
        }
    }
}
