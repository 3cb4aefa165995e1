//! The partitions that this instance has, and which of their events have ended.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::topic_partition_list::TopicPartitionListElem;
use rdkafka::{ClientContext, Offset, TopicPartitionList};
use tokio::runtime::Handle;

use super::super::cannot;
use super::super::hold::{Hold, Marks};
use super::TopicPlace;
use crate::deliver::{Arrived, End, Finished, Line, SourceError, Ticket, letter};

/// How long the brokers may take to answer.
const ANSWER: Duration = Duration::from_secs(10);

/// Between two tries to keep a dead letter.
const AGAIN: Duration = Duration::from_secs(1);

/// A group's consumer, with what happens when partitions come and go.
pub(super) type Client = BaseConsumer<Group>;

/// What the consumer calls when partitions come and go.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) parts: Arc<Parts>,
    pub(super) runtime: Handle,
}

impl ClientContext for Group {}

impl ConsumerContext for Group {
    /// Before others get partitions of ours, what is under way comes to its end.
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        let Rebalance::Revoke(revoked) = rebalance else { return };
        let numbers: Vec<i32> = revoked.elements().iter().map(TopicPartitionListElem::partition).collect();
        for part in self.parts.remove(&numbers) {
            if consumer.assignment_lost() {
                part.hold.lose();
            } else if let Err(error) = self.runtime.block_on(part.hold.release()) {
                tracing::warn!("the next instance will doubt more than it must: {error}");
            }
        }
    }
}

/// The partitions of this instance.
pub(super) struct Parts {
    place: TopicPlace,
    mapping: Arc<str>,
    producer: FutureProducer,
    by_number: Mutex<HashMap<i32, Arc<Part>>>,
}

impl fmt::Debug for Parts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Parts").field("place", &self.place).finish_non_exhaustive()
    }
}

impl Parts {
    pub(super) fn new(place: TopicPlace, mapping: Arc<str>, producer: FutureProducer) -> Self {
        Self { place, mapping, producer, by_number: Mutex::default() }
    }

    /// The event of a message.
    ///
    /// # Errors
    /// The brokers do not say what was committed before.
    pub(super) fn arrived(
        self: &Arc<Self>,
        consumer: &Arc<Client>,
        message: &BorrowedMessage<'_>,
    ) -> Result<Arrived<KafkaTicket>, SourceError> {
        let part = self.part(consumer, message.partition())?;
        let offset = message.offset();
        part.ended().give_out(offset);
        let name = format!("{}/{}", self.place.topic, message.partition());
        let line = Line::of_bytes(name.into(), place_of(offset), message.payload().unwrap_or_default());
        let is_in_doubt = part.hold.is_in_doubt(place_of(offset));
        let ticket = KafkaTicket { parts: self.clone(), part, offset, is_under_way: AtomicBool::new(false) };
        Ok(Arrived { line, is_in_doubt, ticket })
    }

    /// Commits what has ended since the last time.
    pub(super) fn commit(&self) {
        let parts: Vec<Arc<Part>> = self.all().values().cloned().collect();
        for part in parts.iter().filter(|part| part.ended().is_new()) {
            if let Err(error) = part.marks().commit(CommitMode::Async) {
                tracing::warn!("an offset is committed later: {error}");
            }
        }
    }

    fn remove(&self, numbers: &[i32]) -> Vec<Arc<Part>> {
        let mut parts = self.all();
        numbers.iter().filter_map(|number| parts.remove(number)).collect()
    }

    fn part(&self, consumer: &Arc<Client>, number: i32) -> Result<Arc<Part>, SourceError> {
        if let Some(part) = self.all().get(&number) {
            return Ok(part.clone());
        }
        let found = found_mark(consumer, &self.place.topic, number)?;
        let ended = Arc::new(Mutex::new(Ended::default()));
        let marks = CommittedMark {
            consumer: Arc::downgrade(consumer),
            topic: self.place.topic.clone(),
            number,
            ended: ended.clone(),
            mark: AtomicU64::new(found),
        };
        let part = Arc::new(Part { hold: Hold::new(marks, found), ended });
        self.all().insert(number, part.clone());
        Ok(part)
    }

    fn all(&self) -> MutexGuard<'_, HashMap<i32, Arc<Part>>> {
        self.by_number.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The mark that was kept with the committed offset. An offset without one is of a broker that keeps none, or was set by
/// hand: then all that is there may have been begun.
fn found_mark(consumer: &Client, topic: &str, number: i32) -> Result<u64, SourceError> {
    let mut asked = TopicPartitionList::new();
    asked.add_partition(topic, number);
    let committed = consumer.committed_offsets(asked, ANSWER);
    let committed = committed.map_err(|error| cannot("read the committed offset", &error))?;
    let elements = committed.elements();
    let Some(element) = elements.first().filter(|element| matches!(element.offset(), Offset::Offset(_)))
    else {
        return Ok(0);
    };
    if let Ok(mark) = element.metadata().parse() {
        return Ok(mark);
    }
    let (_, next) = consumer
        .fetch_watermarks(topic, number, ANSWER)
        .map_err(|error| cannot("read where a partition ends", &error))?;
    Ok(u64::try_from(next).unwrap_or_default())
}

/// One partition.
#[derive(Debug)]
struct Part {
    hold: Hold<CommittedMark>,
    ended: Arc<Mutex<Ended>>,
}

impl Part {
    fn ended(&self) -> MutexGuard<'_, Ended> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn marks(&self) -> &CommittedMark {
        self.hold.marks()
    }
}

/// Which events of a partition have ended.
#[derive(Debug, Default)]
struct Ended {
    /// Given out and not ended.
    open: BTreeSet<i64>,
    /// Before this one all were given out.
    next: i64,
    committed: Option<i64>,
}

impl Ended {
    fn give_out(&mut self, offset: i64) {
        self.open.insert(offset);
        self.next = self.next.max(offset + 1);
    }

    fn end(&mut self, offset: i64) {
        self.open.remove(&offset);
    }

    /// The first event that has not ended.
    fn first_open(&self) -> i64 {
        self.open.first().copied().unwrap_or(self.next)
    }

    fn is_new(&self) -> bool {
        self.committed != Some(self.first_open())
    }
}

/// The mark of a partition, as metadata of its committed offset.
struct CommittedMark {
    consumer: Weak<Client>,
    topic: String,
    number: i32,
    ended: Arc<Mutex<Ended>>,
    mark: AtomicU64,
}

impl fmt::Debug for CommittedMark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CommittedMark").field("partition", &self.number).finish_non_exhaustive()
    }
}

impl CommittedMark {
    fn commit(&self, mode: CommitMode) -> Result<(), SourceError> {
        let gone = || SourceError::new("the consumer is closed");
        let consumer = self.consumer.upgrade().ok_or_else(gone)?;
        let first_open = {
            let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            let first_open = ended.first_open();
            ended.committed = Some(first_open);
            first_open
        };
        let mut offsets = TopicPartitionList::new();
        let mut element = offsets.add_partition(&self.topic, self.number);
        element.set_metadata(self.mark.load(Ordering::Relaxed).to_string());
        let set = element.set_offset(Offset::Offset(first_open));
        set.and_then(|()| consumer.commit(&offsets, mode)).map_err(|error| cannot("commit an offset", &error))
    }
}

impl Marks for CommittedMark {
    async fn keep(&self, mark: u64) -> Result<(), SourceError> {
        self.mark.store(mark, Ordering::Relaxed);
        tokio::task::block_in_place(|| self.commit(CommitMode::Sync))
    }
}

/// Places count from 1.
fn place_of(offset: i64) -> u64 {
    u64::try_from(offset).unwrap_or_default().saturating_add(1)
}

/// Stands for a message of a topic.
#[derive(Debug)]
pub struct KafkaTicket {
    parts: Arc<Parts>,
    part: Arc<Part>,
    offset: i64,
    is_under_way: AtomicBool,
}

impl KafkaTicket {
    /// Keeps a dead letter, however long that takes, unless the partition is somebody else's meanwhile.
    async fn keep(&self, finished: &Finished) -> bool {
        let Parts { place, mapping, producer, .. } = &*self.parts;
        let Some(letter) = letter(finished, mapping).map(|letter| letter.to_string()) else { return true };
        let (topic, key) = (place.dead_topic(), format!("{}.{}", finished.line.file, finished.line.line));
        loop {
            let record = FutureRecord::to(&topic).key(&key).payload(&letter);
            match producer.send(record, ANSWER).await {
                Ok(_) => return true,
                Err((error, _)) => tracing::warn!("a dead letter is sent again: {error}"),
            }
            if !self.is_held() {
                return false;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    fn end(&self, is_settled: bool) {
        if self.is_under_way.swap(false, Ordering::Relaxed) {
            if is_settled {
                self.part.ended().end(self.offset);
            }
            self.part.hold.end(is_settled, place_of(self.offset));
        }
    }
}

impl Ticket for KafkaTicket {
    async fn begin(&self) -> bool {
        let is_begun = self.part.hold.begin(place_of(self.offset)).await;
        self.is_under_way.store(is_begun, Ordering::Relaxed);
        is_begun
    }

    fn is_held(&self) -> bool {
        self.part.hold.is_held()
    }

    async fn settle(&self, end: End<'_>) -> Result<(), SourceError> {
        let is_settled = match end {
            End::Done => true,
            End::Dead(finished) => self.keep(finished).await,
            End::Again { .. } => false,
        };
        self.end(is_settled);
        Ok(())
    }
}

impl Drop for KafkaTicket {
    fn drop(&mut self) {
        self.end(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_open_one_is_committed() {
        let mut ended = Ended::default();
        (5..9).for_each(|offset| ended.give_out(offset));
        assert_eq!(ended.first_open(), 5);
        ended.end(6);
        assert_eq!(ended.first_open(), 5);
        ended.end(5);
        assert_eq!(ended.first_open(), 7);
        ended.end(8);
        ended.end(7);
        assert_eq!(ended.first_open(), 9);
    }
}
