//! Bulkheads between accounts: what one account takes of a host is not missing for the others.
//!
//! A destination that does not answer holds the calls with its events until they give up. An account therefore has at most
//! as many calls under way as are still free for all: one that hangs leaves half of them, two leave a third.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::deliver::Deliverer;

/// What is told of an account that has more calls under way than it may.
pub(super) const TOO_MANY: &str = "too many calls with events of this account are under way";

/// Calls under way, by the account that they are for; accounts without any are missing.
#[derive(Clone, Debug, Default)]
pub(super) struct Shares(Arc<Mutex<HashMap<usize, usize>>>);

/// A call has events of an account.
#[derive(Debug)]
pub(super) struct Share {
    shares: Shares,
    /// Kept, for its number is that of another account once it is gone.
    account: Deliverer,
}

impl Shares {
    /// A call that has a place has events of this account, and so many places are free. `None` when the account has
    /// more calls under way than that.
    pub(super) fn take(&self, account: &Deliverer, free: usize) -> Option<Share> {
        let mut taken = self.taken();
        let calls = taken.entry(account.number()).or_default();
        if *calls > free {
            return None;
        }
        *calls += 1;
        Some(Share { shares: self.clone(), account: account.clone() })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<usize, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if let Entry::Occupied(mut calls) = self.shares.taken().entry(self.account.number()) {
            *calls.get_mut() -= 1;
            if *calls.get() == 0 {
                calls.remove();
            }
        }
    }
}
