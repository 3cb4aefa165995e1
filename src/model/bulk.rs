//! Requests that are made together, the jobs that they become, and how often requests may be made.

use std::time::Duration;

use super::pieces::{BulkFindPiece, BulkFormPiece, BulkPiece, JobPiece, LimitPiece};
use super::reader::{At, Instead, Reader};
use super::{Condition, Method, Request, Row, Text};
use crate::diag::{Code, quoted};

/// How long a request waits for others when the mapping does not say.
const LINGER: Duration = Duration::from_secs(1);

/// How requests that wait at the same time are made together.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// Whose request it is.
    pub key: Row,
    /// Most requests that are made together.
    pub max: usize,
    /// How long a request may wait for others.
    pub linger: Duration,
    /// Of several with one key the last is sent for all.
    pub collapses: bool,
    /// The ways to make them together, the best first.
    pub forms: Vec<BulkForm>,
}

/// A way to make requests together.
#[derive(Clone, Debug)]
pub struct BulkForm {
    /// Method.
    pub method: Method,
    /// Path.
    pub path: Text,
    /// Key of the body that lists the items.
    pub list: Option<String>,
    /// Query parameter with the keys.
    pub ids: Option<String>,
    /// Where the reply has the rows.
    pub rows: Option<Text>,
    /// Members of a row that are the same in its item.
    pub by: Vec<Text>,
    /// Member of a row with the place of its item.
    pub index: Option<String>,
    /// Whether a row is a success.
    pub good: Option<Condition>,
    /// Statuses that say that the account may not use this way.
    pub refused: Vec<(u16, Duration)>,
    /// Tells which items are there already.
    pub find: Option<BulkFind>,
}

/// A read that tells which items are there already.
#[derive(Clone, Debug)]
pub struct BulkFind {
    /// Path.
    pub path: Text,
    /// Query parameter with the keys.
    pub ids: String,
    /// Where the reply has the rows.
    pub rows: Text,
    /// Member of a row that is the key.
    pub by: String,
    /// Members of a row that its item gets.
    pub add: Vec<Text>,
}

/// How a reply that is a job is followed to its end.
#[derive(Clone, Debug)]
pub struct Job {
    /// Where the reply has the job's id.
    pub id: Text,
    /// Path of the read that tells how jobs stand.
    pub path: Text,
    /// Query parameter with the ids.
    pub ids: String,
    /// Where the reply to that read has the jobs.
    pub list: Text,
    /// Member of a job that is its id.
    pub by: String,
    /// Whether a job has ended.
    pub ended: Condition,
    /// Where a job has its rows.
    pub rows: Text,
    /// Time between two reads.
    pub every: Duration,
    /// A job that has not ended by then counts as lost.
    pub within: Duration,
    /// Most jobs at the same time.
    pub most: usize,
}

/// How often requests may be made.
#[derive(Clone, Debug)]
pub struct Limit {
    /// The requests that count: method and path.
    pub of: Vec<Text>,
    /// How many.
    pub rate: Row,
    /// In which time.
    pub per: Duration,
    /// Counts for each value of its own.
    pub key: Option<Row>,
}

impl Limit {
    /// Whether a request counts against it.
    pub(crate) fn counts(&self, request: &Request) -> bool {
        let name = request.name();
        self.of.iter().any(|of| of.text == name)
    }
}

/// The `bulk:` of a request.
#[derive(Clone, Debug)]
pub enum BulkOf {
    /// Written there.
    Here(Box<Bulk>),
    /// The file's one of this name.
    Named(Text),
}

impl<'d> Reader<'d, '_> {
    /// The `bulk:` of a request: the name of one of the file's, or one of its own.
    pub(super) fn bulk_of(&mut self, at: &At<'d>) -> Option<BulkOf> {
        if at.is_map() {
            return self.bulk(at).map(|bulk| BulkOf::Here(Box::new(bulk)));
        }
        self.text(Some(*at)).map(BulkOf::Named)
    }

    /// How requests are made together.
    pub(super) fn bulk(&mut self, at: &At<'d>) -> Option<Bulk> {
        let piece: BulkPiece = self.piece(at)?;
        let name = Text { text: "key".into(), span: at.span() };
        let linger = at.get("linger").filter(|_| piece.linger.is_some());
        let forms = at.get("forms").map(|forms| forms.one_or_many()).unwrap_or_default();
        Some(Bulk {
            key: self.row(&name, &at.get("key")?)?,
            max: usize::try_from(piece.max).ok()?,
            linger: if linger.is_some() { self.duration(linger)? } else { LINGER },
            collapses: piece.collapse.is_some(),
            forms: forms.iter().filter_map(|form| self.bulk_form(form)).collect(),
        })
    }

    fn bulk_form(&mut self, at: &At<'d>) -> Option<BulkForm> {
        let piece: BulkFormPiece = self.piece(at)?;
        let (method, path) = self.method_and_path(at)?;
        let (needed, spare): (&[&str], &[&str]) = if method.is_read() {
            (&["ids", "rows", "by"], &["list", "index", "good", "find"])
        } else {
            (&["list"], &["ids"])
        };
        for key in needed.iter().filter(|key| at.get(key).is_none() && !at.has_misspelt(&[key])) {
            let message = format!("the form {} lacks `{key}`", quoted(&format!("{method} {}", path.text)));
            let found = self.found.error(Code::REQUEST_SHAPE, at.span(), message);
            found.help(format!("add `{key}:`, as the language reference shows under `bulk`"));
        }
        for key in spare.iter().filter(|key| at.get(key).is_some()) {
            let message = format!("`{key}` means nothing in a form that uses {method}");
            self.found.error(Code::REQUEST_SHAPE, at.key_span(key), message).help("leave it out");
        }
        Some(BulkForm {
            method,
            path,
            list: piece.list,
            ids: piece.ids,
            rows: self.selector(at.get("rows"), Instead::Nothing),
            by: self.texts(at.get("by")),
            index: piece.index,
            good: self.condition(at.get("good")),
            refused: self.refused(at.get("refused")),
            find: at.get("find").and_then(|at| self.bulk_find(&at)),
        })
    }

    fn refused(&mut self, at: Option<At<'d>>) -> Vec<(u16, Duration)> {
        let read = self.named(at, |reader, status, at| {
            let keep = reader.duration(Some(*at))?;
            let Some(number) = status.text.parse().ok().filter(|number| (400..600).contains(number)) else {
                let message = format!("{} is no status of a refusal", quoted(&status.text));
                reader
                    .found
                    .wrong_value(status.span, message)
                    .help("write a status from 400 on, as in `403: 1h`");
                return None;
            };
            Some((number, keep))
        });
        read.into_iter().map(|named| named.item).collect()
    }

    fn bulk_find(&mut self, at: &At<'d>) -> Option<BulkFind> {
        let piece: BulkFindPiece = self.piece(at)?;
        Some(BulkFind {
            path: self.text(at.get("get"))?,
            ids: piece.ids,
            rows: self.selector(at.get("rows"), Instead::Nothing)?,
            by: piece.by,
            add: self.texts(at.get("add").filter(|_| piece.add.is_some())),
        })
    }

    /// One of the `limits:` of the service.
    pub(super) fn limit(&mut self, at: &At<'d>) -> Option<Limit> {
        let piece: LimitPiece = self.piece(at)?;
        let row = |reader: &mut Self, key: &str| {
            let name = Text { text: key.into(), span: at.span() };
            at.get(key).and_then(|at| reader.row(&name, &at))
        };
        let key = row(self, "key");
        let is_whole = key.is_some() == piece.key.is_some();
        let limit = Limit {
            of: self.texts(at.get("of")),
            rate: row(self, "rate")?,
            per: self.duration(at.get("per"))?,
            key,
        };
        is_whole.then_some(limit)
    }

    /// The `job:` of the service.
    pub(super) fn job(&mut self, at: &At<'d>) -> Option<Job> {
        let piece: JobPiece = self.piece(at)?;
        Some(Job {
            id: self.selector(at.get("id"), Instead::Nothing)?,
            path: self.text(at.get("get"))?,
            ids: piece.ids,
            list: self.selector(at.get("list"), Instead::Nothing)?,
            by: piece.by,
            ended: self.condition(at.get("ended"))?,
            rows: self.selector(at.get("rows"), Instead::Nothing)?,
            every: self.duration(at.get("every"))?,
            within: self.duration(at.get("within"))?,
            most: usize::try_from(piece.most).ok()?,
        })
    }
}
