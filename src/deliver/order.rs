//! Which event may start next: those with one order key go one after another in input order, all others as they come.
//! Pure: knows nothing of tasks.

use std::collections::{BTreeMap, HashMap, VecDeque};

/// Events that wait for their turn.
#[derive(Debug)]
pub(super) struct Order<T> {
    /// May start at once, by their place in the input.
    ready: BTreeMap<u64, Turn<T>>,
    /// Behind an event with the same key that is ready or under way. A key is here as long as there is such an event.
    behind: HashMap<String, VecDeque<(u64, T)>>,
    /// Events taken so far.
    taken: u64,
    waiting: usize,
}

/// An event whose turn it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Turn<T> {
    /// Its order key, to be given back when it is finished.
    pub(super) key: Option<String>,
    /// The event.
    pub(super) event: T,
}

impl<T> Default for Order<T> {
    fn default() -> Self {
        Self { ready: BTreeMap::new(), behind: HashMap::new(), taken: 0, waiting: 0 }
    }
}

impl<T> Order<T> {
    /// Takes the next event of the input. One without a key waits for nobody.
    pub(super) fn push(&mut self, key: Option<String>, event: T) {
        self.waiting += 1;
        self.taken += 1;
        let place = self.taken;
        if let Some(key) = &key {
            if let Some(behind) = self.behind.get_mut(key) {
                behind.push_back((place, event));
                return;
            }
            self.behind.insert(key.clone(), VecDeque::new());
        }
        self.ready.insert(place, Turn { key, event });
    }

    /// The next event that may start: of those that may, the one that came first.
    pub(super) fn next(&mut self) -> Option<Turn<T>> {
        let (_, turn) = self.ready.pop_first()?;
        self.waiting -= 1;
        Some(turn)
    }

    /// An event is finished: the next one with its key may start.
    pub(super) fn finish(&mut self, key: Option<String>) {
        let Some(key) = key else { return };
        match self.behind.get_mut(&key).and_then(VecDeque::pop_front) {
            Some((place, event)) => {
                self.ready.insert(place, Turn { key: Some(key), event });
            }
            None => {
                self.behind.remove(&key);
            }
        }
    }

    /// Events that were taken and have not started.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(order: &mut Order<u32>, events: &[(Option<&str>, u32)]) {
        for (key, event) in events {
            order.push(key.map(str::to_owned), *event);
        }
    }

    fn next(order: &mut Order<u32>) -> Option<u32> {
        order.next().map(|turn| turn.event)
    }

    #[test]
    fn one_key_goes_one_after_another() {
        let mut order = Order::default();
        push(&mut order, &[(Some("a"), 1), (Some("a"), 2), (Some("b"), 3), (Some("a"), 4)]);
        assert_eq!((next(&mut order), next(&mut order), next(&mut order)), (Some(1), Some(3), None));
        order.finish(Some("a".into()));
        assert_eq!((next(&mut order), next(&mut order)), (Some(2), None));
        order.finish(Some("b".into()));
        assert_eq!(next(&mut order), None);
        order.finish(Some("a".into()));
        assert_eq!(next(&mut order), Some(4));
        assert_eq!(order.waiting(), 0);
    }

    #[test]
    fn events_without_a_key_wait_for_nobody() {
        let mut order = Order::default();
        push(&mut order, &[(None, 1), (None, 2)]);
        assert_eq!(order.waiting(), 2);
        assert_eq!((next(&mut order), next(&mut order)), (Some(1), Some(2)));
    }

    #[test]
    fn one_at_a_time_is_the_order_of_the_input() {
        let mut order = Order::default();
        push(&mut order, &[(Some("a"), 1), (Some("a"), 2), (None, 3), (Some("b"), 4), (Some("a"), 5)]);
        let mut started = Vec::new();
        while let Some(turn) = order.next() {
            started.push(turn.event);
            order.finish(turn.key);
        }
        assert_eq!(started, [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_key_is_forgotten_with_its_last_event() {
        let mut order = Order::default();
        push(&mut order, &[(Some("a"), 1)]);
        next(&mut order);
        order.finish(Some("a".into()));
        assert!(order.behind.is_empty());
        push(&mut order, &[(Some("a"), 2)]);
        assert_eq!(next(&mut order), Some(2));
    }
}
