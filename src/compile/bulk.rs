//! Requests that are made together, and the jobs that they become.

use super::plan::{BulkPlan, FindPlan, FormPlan, JobPlan};
use super::requests::path_problem;
use super::resolve::{Place, Resolver};
use crate::diag::{Code, quoted};
use crate::model::{Bulk, BulkFind, BulkForm, BulkOf, Effect, Job, Request, Text};
use crate::value::Segment;

impl Resolver<'_, '_> {
    /// Compiles how a request of the step `step` is made together with others.
    pub(super) fn bulk(&mut self, request: &Request, step: &str, place: Place<'_>) -> Option<BulkPlan> {
        let written = request.bulk.as_ref()?;
        let Some(bulk) = self.mapping.bulk_of(request) else {
            self.unknown_bulk(written);
            return None;
        };
        let key = self.row(&bulk.key, step, place)?;
        if let Some(form) = bulk.forms.iter().find(|form| form.method.is_read() != request.method.is_read()) {
            let message = format!("a {} is not made together by a {}", request.method, form.method);
            let found = self.found.error(Code::EFFECT, form.path.span, message);
            found.help("reads are made together by a read, writes by a write");
        }
        let under = self.under(request);
        if !request.method.is_read() {
            self.may_be_repeated(request, bulk);
            if under.is_none() {
                let message = "the items of the bulk form have no key in the body of the single one";
                let found = self.found.error(Code::REQUEST_SHAPE, bulk.key.span, message);
                found.help("give the table, or the body, an `under:`: what stands there is the item");
            }
        }
        let forms: Vec<FormPlan> =
            bulk.forms.iter().filter_map(|form| self.bulk_form(form, place.in_reply())).collect();
        let ways =
            forms.iter().map(|form| format!("{} {} {:?} {:?}", form.method, form.path, form.list, form.ids));
        let line = std::iter::once(format!("{under:?}")).chain(ways).collect::<Vec<_>>().join("\n");
        (forms.len() == bulk.forms.len()).then_some(BulkPlan {
            key,
            max: bulk.max,
            linger: bulk.linger,
            collapses: bulk.collapses,
            under,
            forms,
            line,
        })
    }

    /// Reports a name that none of the file's has.
    fn unknown_bulk(&mut self, bulk: &BulkOf) {
        let BulkOf::Named(name) = bulk else { return };
        let names = self.mapping.bulk.iter().map(|bulk| bulk.name.text.as_str());
        let help = self.advice(&name.text, names, str::to_owned, "declare it under `bulk:`");
        let message = format!("there is no bulk {}", quoted(&name.text));
        self.unknown("bulk", &name.text, name.span, message, help);
    }

    /// The key that the single body has around what it says.
    fn under(&self, request: &Request) -> Option<String> {
        let body = request.body.as_ref()?;
        let table = self.mapping.tables.iter().find(|table| table.name.text == body.table.text);
        body.under.clone().or_else(|| table?.item.under.clone())
    }

    /// A row that comes back without a good end is sent again alone, though it may have been done.
    fn may_be_repeated(&mut self, request: &Request, bulk: &Bulk) {
        let effect = request.effect.unwrap_or(Effect::of(request.method));
        if effect == Effect::Create {
            let message = "a row of a bulk request may be made twice, and this one creates each time";
            let found = self.found.error(Code::EFFECT, bulk.key.span, message);
            found
                .help("say what a repeat does with `effect: upsert` or `effect: link`, or leave `bulk:` out");
        }
    }

    fn bulk_form(&mut self, form: &BulkForm, place: Place<'_>) -> Option<FormPlan> {
        let find = match &form.find {
            Some(find) => Some(self.bulk_find(find, place)?),
            None => None,
        };
        let rows = match &form.rows {
            Some(rows) => Some(self.pointer(rows, place)?),
            None => None,
        };
        let good = match &form.good {
            Some(good) => Some(self.cond(good, place)?),
            None => None,
        };
        Some(FormPlan {
            method: form.method,
            path: self.plain(&form.path)?,
            list: form.list.clone(),
            ids: form.ids.clone(),
            rows,
            by: texts(&form.by),
            index: form.index.clone(),
            good,
            refused: form.refused.clone(),
            find,
        })
    }

    fn bulk_find(&mut self, find: &BulkFind, place: Place<'_>) -> Option<FindPlan> {
        Some(FindPlan {
            path: self.plain(&find.path)?,
            ids: find.ids.clone(),
            rows: self.pointer(&find.rows, place)?,
            by: find.by.clone(),
            add: texts(&find.add),
        })
    }

    /// Compiles how jobs are followed.
    pub(super) fn job(&mut self, job: &Job) -> Option<JobPlan> {
        let place = Place::EVENT.in_reply();
        Some(JobPlan {
            id: self.pointer(&job.id, place)?,
            path: self.plain(&job.path)?,
            ids: job.ids.clone(),
            list: self.pointer(&job.list, place)?,
            by: job.by.clone(),
            ended: self.cond(&job.ended, place)?,
            rows: self.pointer(&job.rows, place)?,
            every: job.every,
            within: job.within,
            most: job.most,
        })
    }

    /// A path without placeholders: many requests share it.
    fn plain(&mut self, path: &Text) -> Option<String> {
        let placeholder = || {
            path.text.contains(':').then(|| {
                let message = format!("the path {} has a placeholder", quoted(&path.text));
                (message, "requests that are made together share one path")
            })
        };
        let Some((message, help)) = path_problem(&path.text).or_else(placeholder) else {
            return Some(path.text.clone());
        };
        self.found.error(Code::BAD_PATH, path.span, message).help(help);
        None
    }

    /// The keys to a place in a reply, as a JSON pointer.
    fn pointer(&mut self, text: &Text, place: Place<'_>) -> Option<String> {
        let help = "name one place in the reply by its keys, as in `$.results`";
        let selector = self.single(text, place, help)?;
        let keys = selector.walk().map(|walk| walk.0.iter().map(key_of).collect::<Option<String>>());
        if keys.as_ref().is_none_or(Option::is_none) {
            self.found.error(Code::BAD_SELECTOR, text.span, "only keys can lead there").help(help);
        }
        keys.flatten()
    }
}

fn key_of(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Key(key) => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
        Segment::Index(_) => None,
    }
}

fn texts(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|text| text.text.clone()).collect()
}
