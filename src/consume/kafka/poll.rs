//! The thread that asks the brokers: for messages, as far ahead as is useful, and for news of the group at all times.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rdkafka::consumer::Consumer as _;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::part::{Client, KafkaTicket, Parts};
use crate::deliver::{Arrived, SourceError};

/// How long one call waits for a message.
const POLL: Duration = Duration::from_millis(20);

/// Messages that may wait here; with more the brokers are asked to pause.
const MOST_WAITING: usize = 1_000;

/// With so few the brokers go on.
const FEW_WAITING: usize = 100;

/// Polls between two commits.
const POLLS: u32 = 10;

type Sender = mpsc::Sender<Result<Arrived<KafkaTicket>, SourceError>>;

/// Asks the brokers until it is stopped.
pub(super) struct Poller {
    consumer: Arc<Client>,
    parts: Arc<Parts>,
    sender: Sender,
    stop: Arc<AtomicBool>,
    waiting: VecDeque<Result<Arrived<KafkaTicket>, SourceError>>,
    is_paused: bool,
}

impl Poller {
    pub(super) fn new(
        consumer: Arc<Client>,
        parts: Arc<Parts>,
        sender: Sender,
        stop: Arc<AtomicBool>,
    ) -> Self {
        Self { consumer, parts, sender, stop, waiting: VecDeque::new(), is_paused: false }
    }

    /// Polls, and gives the partitions back in the end.
    pub(super) fn run(mut self) {
        let mut polls = 0_u32;
        while !self.stop.load(Ordering::Relaxed) {
            self.poll();
            self.hand_out();
            self.pause_or_go_on();
            polls = polls.wrapping_add(1);
            if polls.is_multiple_of(POLLS) {
                self.parts.commit();
            }
        }
        self.waiting.clear();
        self.consumer.unsubscribe();
        // The group takes the partitions back by a call that only polling makes.
        while self.consumer.assignment().is_ok_and(|assigned| assigned.count() > 0) {
            drop(self.consumer.poll(POLL));
        }
    }

    fn poll(&mut self) {
        let wait = if self.waiting.is_empty() { POLL } else { Duration::from_millis(1) };
        match self.consumer.poll(wait) {
            None => {}
            Some(Ok(message)) => {
                let arrived = self.parts.arrived(&self.consumer, &message);
                self.waiting.push_back(arrived);
            }
            Some(Err(error)) => tracing::warn!("the brokers give out no messages for now: {error}"),
        }
    }

    /// Hands out as much as is wanted.
    fn hand_out(&mut self) {
        while let Some(first) = self.waiting.pop_front() {
            match self.sender.try_send(first) {
                Ok(()) => {}
                Err(TrySendError::Full(first)) => {
                    self.waiting.push_front(first);
                    return;
                }
                Err(TrySendError::Closed(_)) => return,
            }
        }
    }

    fn pause_or_go_on(&mut self) {
        let is_too_much = self.waiting.len() > if self.is_paused { FEW_WAITING } else { MOST_WAITING };
        if is_too_much == self.is_paused {
            return;
        }
        let changed = self.consumer.assignment().and_then(|assigned| {
            if is_too_much { self.consumer.pause(&assigned) } else { self.consumer.resume(&assigned) }
        });
        if changed.is_ok() {
            self.is_paused = is_too_much;
        }
    }
}
