//! A partition while an instance holds it: which of its events are under way, and up to which one the next instance has to
//! doubt.
//!
//! An instance that is killed cannot say what it had begun. So before it begins an event beyond its *mark* it moves the mark
//! on, by a few events at once, and the mark is kept where all instances see it. Whoever takes the partition over is given
//! the events again that have not ended: those up to the mark may have been begun.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::deliver::SourceError;

/// By how many events the mark is moved on.
const STRIDE: u64 = 64;

/// Keeps the mark of a partition where all instances see it.
pub(super) trait Marks: Send + Sync + 'static {
    /// Keeps a mark; returns when it is kept for good.
    ///
    /// # Errors
    /// It cannot be kept, or the partition is somebody else's by now.
    fn keep(&self, mark: u64) -> impl Future<Output = Result<(), SourceError>> + Send;
}

/// A partition that this instance holds.
#[derive(Debug)]
pub(super) struct Hold<M> {
    marks: M,
    /// The mark that was found.
    found: u64,
    /// The mark that is kept; locked while it is moved on.
    mark: tokio::sync::Mutex<u64>,
    state: Mutex<State>,
    idle: Notify,
}

#[derive(Debug)]
struct State {
    is_held: bool,
    under_way: usize,
    /// The last event that was begun and given back.
    given_back: u64,
}

impl<M: Marks> Hold<M> {
    /// Holds a partition whose mark was `found`; places count from 1, and 0 is before all events.
    pub(super) fn new(marks: M, found: u64) -> Self {
        let state = State { is_held: true, under_way: 0, given_back: 0 };
        Self {
            marks,
            found,
            mark: tokio::sync::Mutex::new(found),
            state: Mutex::new(state),
            idle: Notify::new(),
        }
    }

    #[cfg(feature = "kafka")]
    pub(super) fn marks(&self) -> &M {
        &self.marks
    }

    /// Whether another instance may have begun the event at a place.
    pub(super) fn is_in_doubt(&self, place: u64) -> bool {
        place <= self.found
    }

    pub(super) fn is_held(&self) -> bool {
        self.state().is_held
    }

    /// Begins the event at a place, unless the partition is no longer ours. To be followed by [`Hold::end`].
    pub(super) async fn begin(&self, place: u64) -> bool {
        {
            let mut state = self.state();
            if !state.is_held {
                return false;
            }
            state.under_way += 1;
        }
        let is_marked = self.move_mark(place).await;
        if !is_marked {
            self.lose();
            self.end(false, 0);
        }
        is_marked
    }

    async fn move_mark(&self, place: u64) -> bool {
        let mut mark = self.mark.lock().await;
        if place <= *mark {
            return true;
        }
        let further = place + STRIDE;
        let is_kept = self.marks.keep(further).await.is_ok();
        if is_kept {
            *mark = further;
        }
        is_kept
    }

    /// The event at a place, which was begun, is no longer under way; `is_settled` unless it will be given out again.
    pub(super) fn end(&self, is_settled: bool, place: u64) {
        let mut state = self.state();
        state.under_way = state.under_way.saturating_sub(1);
        if !is_settled {
            state.given_back = state.given_back.max(place);
        }
        if state.under_way == 0 {
            self.idle.notify_waiters();
        }
    }

    /// The partition is no longer ours: nothing more is begun.
    pub(super) fn lose(&self) {
        self.state().is_held = false;
    }

    /// Lets go of the partition: begins nothing more, waits for what is under way, and moves the mark back to what is
    /// really in doubt.
    ///
    /// # Errors
    /// The mark cannot be kept; it stays where it is, and the next instance doubts more than it must.
    pub(super) async fn release(&self) -> Result<(), SourceError> {
        self.lose();
        loop {
            let idle = self.idle.notified();
            if self.state().under_way == 0 {
                break;
            }
            idle.await;
        }
        let in_doubt = self.found.max(self.state().given_back);
        let mark = self.mark.lock().await;
        if *mark == in_doubt { Ok(()) } else { self.marks.keep(in_doubt).await }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[derive(Clone, Debug, Default)]
    struct Kept(Arc<Mutex<Vec<u64>>>);

    impl Marks for Kept {
        async fn keep(&self, mark: u64) -> Result<(), SourceError> {
            self.0.lock().unwrap().push(mark);
            if mark > 1_000 { Err(SourceError::new("taken")) } else { Ok(()) }
        }
    }

    impl Kept {
        fn all(&self) -> Vec<u64> {
            self.0.lock().unwrap().clone()
        }
    }

    #[tokio::test]
    async fn the_mark_goes_ahead_of_what_is_begun() {
        let kept = Kept::default();
        let hold = Hold::new(kept.clone(), 10);
        assert!(hold.is_in_doubt(10) && !hold.is_in_doubt(11));
        for place in [9, 11, 12, 74, 75, 76] {
            assert!(hold.begin(place).await);
        }
        assert_eq!(kept.all(), [75, 76 + STRIDE]);
    }

    #[tokio::test]
    async fn letting_go_waits_and_leaves_what_was_given_back() {
        let kept = Kept::default();
        let hold = Arc::new(Hold::new(kept.clone(), 0));
        assert!(hold.begin(1).await && hold.begin(2).await && hold.begin(3).await);
        let release = tokio::spawn({
            let hold = hold.clone();
            async move { hold.release().await }
        });
        while hold.is_held() {
            tokio::task::yield_now().await;
        }
        assert!(!hold.begin(4).await, "nothing more is begun");
        hold.end(true, 1);
        hold.end(false, 2);
        tokio::task::yield_now().await;
        assert!(!release.is_finished());
        hold.end(true, 3);
        release.await.unwrap().unwrap();
        assert_eq!(kept.all(), [1 + STRIDE, 2]);
    }

    #[tokio::test]
    async fn who_cannot_keep_the_mark_has_lost_the_partition() {
        let hold = Hold::new(Kept::default(), 0);
        assert!(!hold.begin(1_000).await && !hold.is_held());
        hold.release().await.unwrap();
    }
}
