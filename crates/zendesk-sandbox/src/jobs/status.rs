//! Job statuses: the routes under `/job_statuses`.

use serde_json::{Value, json};

use super::{Job, Jobs};
use crate::call::Call;
use crate::clock::Moment;
use crate::page::{self, Paging};
use crate::refusal;
use crate::reply::{Answer, Reply};
use crate::show_many::MOST;
use crate::state::State;

impl Jobs {
    /// The job of this number.
    pub(super) fn get(&self, number: i64) -> Option<&Job> {
        self.known.get(&number)
    }

    /// The job of this id. There are few, so this scans from the latest.
    fn find(&self, id: &str) -> Option<&Job> {
        self.known.values().rev().find(|job| job.id == id)
    }
}

/// `GET /job_statuses`.
pub(crate) fn list(state: &mut State, call: &Call) -> Answer {
    let jobs = &state.jobs;
    let numbers: Vec<i64> = jobs.known.keys().copied().collect();
    page::reply(call, "job_statuses", Paging::OffsetOrCursor, &numbers, |number| {
        jobs.get(number).map(|job| object(&call.base, job, call.at))
    })
}

/// `GET /job_statuses/show_many?ids=`; unknown ids are skipped.
pub(crate) fn show_many(state: &mut State, call: &Call) -> Answer {
    let list = call
        .param("ids")
        .ok_or_else(|| refusal::invalid_attribute("ids", "is required", "job_statuses/show_many"))?;
    let ids: Vec<&str> = list.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    if ids.len() > MOST {
        return Err(refusal::too_many_values(MOST));
    }
    let found: Vec<Value> = ids
        .into_iter()
        .filter_map(|id| state.jobs.find(id))
        .map(|job| object(&call.base, job, call.at))
        .collect();
    let count = found.len();
    Ok(Reply::ok(json!({"job_statuses": found, "next_page": null, "previous_page": null, "count": count})))
}

/// `GET /job_statuses/{id}`.
pub(crate) fn show(state: &mut State, call: &Call, id: &str) -> Answer {
    let job = state.jobs.find(id).ok_or_else(refusal::record_not_found)?;
    Ok(Reply::ok(json!({"job_status": object(&call.base, job, call.at)})))
}

/// The status of a job as it is at a moment.
pub(super) fn object(base: &str, job: &Job, now: Moment) -> Value {
    let total = job.tasks.len();
    let elapsed = now.steady.saturating_duration_since(job.created.steady);
    let (status, progress, message, results) = if job.next_due().is_none() {
        let end = job.created.after(job.last_due()).wall.strftime("%Y-%m-%d %H:%M:%S +0000");
        ("completed", json!(total), json!(format!("Completed at {end}")), json!(job.results))
    } else if job.n_done == 0 && elapsed <= job.speed.queue {
        ("queued", Value::Null, Value::Null, Value::Null)
    } else {
        let message = job.kind.message(job.n_done);
        ("working", json!(job.n_done), json!(message), Value::Null)
    };
    json!({
        "id": job.id,
        "job_type": job.kind.job_type(),
        "url": format!("{base}/api/v2/job_statuses/{}.json", job.id),
        "total": total,
        "progress": progress,
        "status": status,
        "message": message,
        "results": results,
    })
}
