//! The file of a journal: one thread writes, and many records go into one commit.

use std::fmt;
use std::fs::OpenOptions;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use redb::backends::FileBackend;
use redb::{
    Builder, Database, DatabaseError, ReadableDatabase as _, ReadableTable as _, StorageError, Table,
    TableDefinition,
};
use tokio::sync::{mpsc, oneshot};

use super::Fingerprint;

/// Events that are finished.
const FINISHED: TableDefinition<'_, Fingerprint, ()> = TableDefinition::new("finished");

/// Writes of unfinished events, by event and write: the answer, or nothing where there is none yet.
const WRITES: TableDefinition<'_, (Fingerprint, Fingerprint), &[u8]> = TableDefinition::new("writes");

/// Dead letters by event: how often it was tried, when it was kept last in seconds since 1970, and the letter as JSON.
const LETTERS: TableDefinition<'_, Fingerprint, (u32, u64, &[u8])> = TableDefinition::new("letters");

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

/// A change of the journal.
#[derive(Debug)]
pub(super) enum Record {
    /// A write of an event, with its answer or nothing.
    Put(Fingerprint, Fingerprint, Vec<u8>),
    /// Nothing is known of a write.
    Remove(Fingerprint, Fingerprint),
    /// An event was delivered or skipped, or is given up: nothing of it is needed any more.
    Finish(Fingerprint),
    /// An event is a dead letter. `is_final`: it is not tried again by itself.
    Keep { event: Fingerprint, letter: Vec<u8>, kept_at: u64, is_final: bool },
    /// A dead letter is tried again. Without `keep_answers` its writes that were answered count as not made.
    Reopen { event: Fingerprint, keep_answers: bool },
}

/// A dead letter as it is kept.
#[derive(Clone, Debug)]
pub(super) struct KeptLetter {
    pub(super) event: Fingerprint,
    pub(super) tries: u32,
    pub(super) kept_at: u64,
    pub(super) text: Vec<u8>,
}

impl Store {
    pub(super) fn open(path: &Path) -> Result<Self, JournalError> {
        let database = create(path).map_err(|error| {
            let why = match error {
                DatabaseError::DatabaseAlreadyOpen => "another process delivers with it".to_owned(),
                error => error.to_string(),
            };
            JournalError(format!("cannot open the journal {}: {why}", path.display()))
        })?;
        let write = database.begin_write()?;
        write.open_table(FINISHED)?;
        write.open_table(WRITES)?;
        write.open_table(LETTERS)?;
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

    pub(super) fn letter(&self, event: &Fingerprint) -> Result<Option<KeptLetter>, JournalError> {
        let table = self.database.begin_read()?.open_table(LETTERS)?;
        Ok(table.get(event)?.map(|row| kept(*event, row.value())))
    }

    /// Shows each dead letter.
    pub(super) fn each_letter(&self, mut look: impl FnMut(KeptLetter)) -> Result<(), JournalError> {
        let table = self.database.begin_read()?.open_table(LETTERS)?;
        for row in table.iter()? {
            let (event, letter) = row?;
            look(kept(event.value(), letter.value()));
        }
        Ok(())
    }

    /// Makes changes at once, while nobody delivers.
    pub(super) fn change(&self, records: &[Record]) -> Result<(), JournalError> {
        write(&self.database, records.iter())
    }

    /// Returns when the record is in the file.
    pub(super) async fn commit(&self, record: Record) -> Result<(), JournalError> {
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

/// Events and answers are people's data: a new file is for its owner alone.
fn create(path: &Path) -> Result<Database, DatabaseError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(StorageError::from)?;
    Builder::new().create_with_backend(FileBackend::new(file)?)
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

fn kept(event: Fingerprint, (tries, kept_at, text): (u32, u64, &[u8])) -> KeptLetter {
    KeptLetter { event, tries, kept_at, text: text.to_vec() }
}

fn write<'r>(database: &Database, records: impl Iterator<Item = &'r Record>) -> Result<(), JournalError> {
    let transaction = database.begin_write()?;
    {
        let mut tables = Tables {
            finished: transaction.open_table(FINISHED)?,
            writes: transaction.open_table(WRITES)?,
            letters: transaction.open_table(LETTERS)?,
        };
        for record in records {
            tables.apply(record)?;
        }
    }
    Ok(transaction.commit()?)
}

/// The tables during one commit.
struct Tables<'t> {
    finished: Table<'t, Fingerprint, ()>,
    writes: Table<'t, (Fingerprint, Fingerprint), &'static [u8]>,
    letters: Table<'t, Fingerprint, (u32, u64, &'static [u8])>,
}

impl Tables<'_> {
    fn apply(&mut self, record: &Record) -> Result<(), JournalError> {
        match record {
            Record::Put(event, write, answer) => {
                self.writes.insert((*event, *write), answer.as_slice())?;
            }
            Record::Remove(event, write) => {
                self.writes.remove((*event, *write))?;
            }
            Record::Finish(event) => {
                self.finished.insert(event, ())?;
                self.letters.remove(event)?;
                self.writes.retain_in(all_of(event), |_, _| false)?;
            }
            Record::Keep { event, letter, kept_at, is_final } => {
                let tries = self.letters.get(event)?.map_or(0, |row| row.value().0);
                self.letters.insert(event, (tries.saturating_add(1), *kept_at, letter.as_slice()))?;
                if *is_final {
                    self.finished.insert(event, ())?;
                }
            }
            Record::Reopen { event, keep_answers } => {
                self.finished.remove(event)?;
                // What is in doubt stays so.
                self.writes.retain_in(all_of(event), |_, answer| *keep_answers || answer.is_empty())?;
            }
        }
        Ok(())
    }
}

/// All writes of an event.
fn all_of(event: &Fingerprint) -> RangeInclusive<(Fingerprint, Fingerprint)> {
    (*event, Fingerprint::default())..=(*event, [u8::MAX; 16])
}
