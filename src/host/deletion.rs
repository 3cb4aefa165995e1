//! `/deleteUsers`: persons who asked to be forgotten. Each becomes an event of the type `delete_user`, which a flow of the
//! mapping takes; a mapping without such a flow deletes nobody and says so.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::batch::Metadata;
use super::calls::{self, Reply};
use super::served::{Mappings, Served};
use super::shares::TOO_MANY;
use super::verdict::Answer;
use super::{Host, log};

/// Type of the events that delete.
const EVENT: &str = "delete_user";

/// What the caller wants.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Job<'a> {
    #[serde(default)]
    dest_type: String,
    #[serde(borrow, default)]
    config: Option<&'a RawValue>,
    #[serde(default)]
    user_attributes: Vec<Map<String, Value>>,
}

/// Whether a mapping can delete.
pub(super) fn is_able(served: &Served) -> bool {
    served.plan.takes(EVENT)
}

/// Deletes the users of all jobs; the HTTP status is that of the first job.
pub(super) async fn delete(host: &Host, mappings: &Mappings, deadline: Instant, body: &[u8]) -> Reply {
    let jobs: Vec<Job<'_>> = match serde_json::from_slice(body) {
        Ok(jobs) => jobs,
        Err(problem) => {
            return Reply::misread(400, "the body is not a list of jobs", &problem);
        }
    };
    let mut answers = Vec::new();
    for job in &jobs {
        let Some(served) = mappings.get(&job.dest_type) else {
            return calls::unknown(&job.dest_type);
        };
        answers.push(one(host, served, deadline, job).await);
    }
    let status = answers.first().map_or(200, |(status, _)| *status);
    let answers: Vec<Value> = answers.into_iter().map(|(_, answer)| answer).collect();
    Reply { is_transform: status == 200, ..Reply::json(status, &Value::Array(answers)) }
}

async fn one(host: &Host, served: &Served, deadline: Instant, job: &Job<'_>) -> (u16, Value) {
    let failed = |status: u16, why: &str| (status, json!({"statusCode": status, "error": why}));
    if !is_able(served) {
        return failed(404, &format!("{}: Doesn't support deletion of users", served.name));
    }
    let settings = job.config.map_or("{}", RawValue::get);
    let account = match host.accounts.get(served, settings) {
        Ok(account) => account,
        Err(why) => return failed(400, &why),
    };
    let Some(_share) = host.share(&account) else { return failed(500, TOO_MANY) };
    let metadata = Metadata::default();
    let origin = host.metrics.origin("userDeletion", &served.name, &metadata);
    for user in &job.user_attributes {
        let event = json!({
            "type": EVENT, "userId": user.get("userId"), "traits": user, "context": {"traits": user},
        });
        let run = Box::pin(origin.clone().watch(account.deliver_one(event)));
        let answer = match tokio::time::timeout_at(deadline, run).await {
            Ok(outcome) => Answer::of(outcome),
            Err(_) => Answer::later("the user was not deleted when the time of the call was over"),
        };
        origin.answered(&answer, false);
        if answer.is_failure() {
            log::failed(served, &metadata, job.config, &answer);
            // Told 404 or 405, the caller takes it that nobody here can delete, and gives up.
            let status = if matches!(answer.status, 404 | 405) { 400 } else { answer.status };
            return failed(status, answer.error.as_deref().unwrap_or_default());
        }
    }
    (200, json!({"statusCode": 200, "status": "successful"}))
}
