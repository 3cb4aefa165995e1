//! A lock whose waiters take turns by class, so that many of one class do not starve the others.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Gives one turn at a time.
#[derive(Debug, Default)]
pub(super) struct Turns {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_taken: bool,
    /// Who waits, by class; the class at the front is next.
    waiting: VecDeque<(Arc<str>, VecDeque<oneshot::Sender<()>>)>,
}

/// A turn, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn<'t>(&'t Turns);

impl Turns {
    /// Waits for a turn of a class.
    pub(super) async fn take(&self, class: &Arc<str>) -> Turn<'_> {
        let waits = self.state().enter(class);
        if let Some(called) = waits {
            // Held from here on: who gives up after being called passes the turn on.
            let mut waiter = Waiter { turns: self, called, is_called: false };
            let _ = (&mut waiter.called).await;
            waiter.is_called = true;
        }
        Turn(self)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes the turn if it is free, else a place behind those of its class.
    fn enter(&mut self, class: &Arc<str>) -> Option<oneshot::Receiver<()>> {
        if !std::mem::replace(&mut self.is_taken, true) {
            return None;
        }
        let (call, called) = oneshot::channel();
        match self.waiting.iter_mut().find(|(other, _)| other == class) {
            Some((_, waiting)) => waiting.push_back(call),
            None => self.waiting.push_back((class.clone(), VecDeque::from([call]))),
        }
        Some(called)
    }

    /// Calls the next class's first who still waits.
    fn call_next(&mut self) {
        while let Some((class, mut waiting)) = self.waiting.pop_front() {
            let Some(next) = waiting.pop_front() else { continue };
            self.waiting.push_back((class, waiting));
            if next.send(()).is_ok() {
                return;
            }
        }
        self.is_taken = false;
    }
}

/// Somebody who waits to be called.
struct Waiter<'t> {
    turns: &'t Turns,
    called: oneshot::Receiver<()>,
    is_called: bool,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        if !self.is_called && self.called.try_recv().is_ok() {
            self.turns.state().call_next();
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.state().call_next();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::task::JoinSet;

    use super::super::super::clock;
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn classes_take_turns() {
        let turns = Arc::new(Turns::default());
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut running = JoinSet::new();
        for class in ["a", "a", "a", "a", "b", "b"] {
            let (turns, order) = (turns.clone(), order.clone());
            running.spawn(async move {
                let _turn = turns.take(&class.into()).await;
                clock::wait(Duration::from_secs(1)).await;
                order.lock().unwrap().push(class);
            });
        }
        running.join_all().await;
        assert_eq!(*order.lock().unwrap(), ["a", "a", "b", "a", "b", "a"]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_holds_nobody_up() {
        let turns = Arc::new(Turns::default());
        let class = Arc::from("a");
        let held = turns.take(&class).await;
        let given_up = tokio::time::timeout(Duration::from_secs(1), turns.take(&class));
        assert!(given_up.await.is_err());
        drop(held);
        drop(turns.take(&"b".into()).await);
    }
}
