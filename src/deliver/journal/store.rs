//! The file of a journal: one thread writes, and many records go into one commit.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use redb::{Database, DatabaseError, ReadableDatabase as _, TableDefinition};
use tokio::sync::{mpsc, oneshot};

use super::Fingerprint;

/// Events that are finished.
const FINISHED: TableDefinition<'_, Fingerprint, ()> = TableDefinition::new("finished");

/// Writes of unfinished events, by event and write: the answer, or nothing where there is none yet.
const WRITES: TableDefinition<'_, (Fingerprint, Fingerprint), &[u8]> = TableDefinition::new("writes");

/// Most records of one commit.
const MOST_TOGETHER: usize = 1_000;

/// Why a journal cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalError(String);

impl fmt::Display for JournalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for JournalError {}

impl<E: Into<redb::Error>> From<E> for JournalError {
    fn from(error: E) -> Self {
        JournalError(format!("the journal: {}", error.into()))
    }
}

/// An open journal.
#[derive(Debug)]
pub(super) struct Store {
    database: Arc<Database>,
    /// Closed first, so that the writer ends.
    records: Option<mpsc::Sender<Sent>>,
    writer: Option<JoinHandle<()>>,
}

/// A record, and who waits for it.
type Sent = (Record, oneshot::Sender<Result<(), JournalError>>);

#[derive(Debug)]
enum Record {
    Put(Fingerprint, Fingerprint, Vec<u8>),
    Remove(Fingerprint, Fingerprint),
    Finish(Fingerprint),
}

impl Store {
    pub(super) fn open(path: &Path) -> Result<Self, JournalError> {
        let database = Database::create(path).map_err(|error| {
            let why = match error {
                DatabaseError::DatabaseAlreadyOpen => "another process delivers with it".to_owned(),
                error => error.to_string(),
            };
            JournalError(format!("cannot open the journal {}: {why}", path.display()))
        })?;
        let write = database.begin_write()?;
        write.open_table(FINISHED)?;
        write.open_table(WRITES)?;
        write.commit()?;
        let database = Arc::new(database);
        let (records, received) = mpsc::channel(MOST_TOGETHER);
        let writer = database.clone();
        let writer = thread::spawn(move || write_all(&writer, received));
        Ok(Self { database, records: Some(records), writer: Some(writer) })
    }

    pub(super) fn is_finished(&self, event: &Fingerprint) -> bool {
        let look =
            || Ok::<_, JournalError>(self.database.begin_read()?.open_table(FINISHED)?.get(event)?.is_some());
        look().unwrap_or(false)
    }

    pub(super) fn get(&self, event: &Fingerprint, write: &Fingerprint) -> Option<Vec<u8>> {
        let table = self.database.begin_read().ok()?.open_table(WRITES).ok()?;
        Some(table.get((*event, *write)).ok()??.value().to_vec())
    }

    pub(super) async fn put(
        &self,
        event: Fingerprint,
        write: Fingerprint,
        answer: Vec<u8>,
    ) -> Result<(), JournalError> {
        self.commit(Record::Put(event, write, answer)).await
    }

    pub(super) async fn remove(&self, event: Fingerprint, write: Fingerprint) -> Result<(), JournalError> {
        self.commit(Record::Remove(event, write)).await
    }

    pub(super) async fn finish(&self, event: Fingerprint) -> Result<(), JournalError> {
        self.commit(Record::Finish(event)).await
    }

    /// Returns when the record is in the file.
    async fn commit(&self, record: Record) -> Result<(), JournalError> {
        let gone = || JournalError("the journal is closed".to_owned());
        let (done, committed) = oneshot::channel();
        let records = self.records.as_ref().ok_or_else(gone)?;
        records.send((record, done)).await.map_err(|_| gone())?;
        committed.await.map_err(|_| gone())?
    }
}

impl Drop for Store {
    /// When it is gone, the file is free.
    fn drop(&mut self) {
        drop(self.records.take());
        // A writer that panicked has nothing more to write.
        self.writer.take().into_iter().for_each(|writer| drop(writer.join()));
    }
}

/// Writes records until nobody can send any more.
fn write_all(database: &Database, mut received: mpsc::Receiver<Sent>) {
    let mut together = Vec::new();
    while let Some(first) = received.blocking_recv() {
        together.push(first);
        while together.len() < MOST_TOGETHER
            && let Ok(next) = received.try_recv()
        {
            together.push(next);
        }
        let result = write(database, together.iter().map(|(record, _)| record));
        for (_, done) in together.drain(..) {
            // Who was broken off meanwhile does not wait any more.
            let _ = done.send(result.clone());
        }
    }
}

fn write<'r>(database: &Database, records: impl Iterator<Item = &'r Record>) -> Result<(), JournalError> {
    let transaction = database.begin_write()?;
    {
        let mut finished = transaction.open_table(FINISHED)?;
        let mut writes = transaction.open_table(WRITES)?;
        for record in records {
            match record {
                Record::Put(event, write, answer) => {
                    writes.insert((*event, *write), answer.as_slice())?;
                }
                Record::Remove(event, write) => {
                    writes.remove((*event, *write))?;
                }
                Record::Finish(event) => {
                    finished.insert(event, ())?;
                    let all = (*event, Fingerprint::default())..=(*event, [u8::MAX; 16]);
                    writes.retain_in(all, |_, _| false)?;
                }
            }
        }
    }
    Ok(transaction.commit()?)
}
