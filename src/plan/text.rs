//! Plans as text for people: one line a write, and below it what it would send.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::change::Change;
use super::event::{Ending, EventPlan, PlannedWrite};
use crate::value::pending;

/// Values of a body that are shown; more are counted.
const SHOWN: usize = 24;

/// Longest text of a value that is shown, in characters.
const LONGEST: usize = 60;

/// The plan of an event. `place` is where the event stands, `event` the event if there is one.
#[must_use]
pub fn described(place: &str, event: Option<&Value>, plan: &EventPlan) -> String {
    let mut told = place.to_owned();
    if let Some(event) = event {
        let _ = write!(told, "  {}", subject(event));
    }
    match &plan.ending {
        Ending::Known(verdict) => {
            if let Some(why) = verdict.why() {
                let _ = write!(told, "\n    {}: {why}", verdict.name());
            } else if plan.writes.is_empty() {
                told.push_str("\n    nothing to write");
            }
        }
        Ending::Open(_) => {}
    }
    for write in &plan.writes {
        let _ = write!(told, "\n  {} {}  {}", write.change.sign(), write.step, write.request());
        if let Some(why) = &write.why {
            let _ = write!(told, "  ({})", plain(why));
        }
        values(&mut told, write);
    }
    if let Ending::Open(what) = &plan.ending {
        let _ = write!(told, "\n  ? what follows depends on {}", plain(what));
    }
    for note in &plan.notes {
        let _ = write!(told, "\n    note: {}", plain(note));
    }
    told
}

/// The event in a few words: its type and whom it is about.
fn subject(event: &Value) -> String {
    let text = |path| event.pointer(path).and_then(Value::as_str);
    let kind = text("/type").unwrap_or("(no type)");
    let about = ["/userId", "/anonymousId", "/groupId"].into_iter().find_map(text).unwrap_or_default();
    plain(format!("{kind} {about}").trim_end()).chars().take(LONGEST).collect()
}

fn values(told: &mut String, write: &PlannedWrite) {
    let Some(body) = write.body.as_ref().filter(|_| write.change != Change::Unchanged) else { return };
    let mut leaves = Vec::new();
    match body {
        Value::Object(members) => collect(members, "", &mut leaves),
        other => leaves.push((String::new(), other)),
    }
    if !write.before.is_empty() {
        leaves.retain(|(path, _)| before(write, path).is_some());
    }
    for (path, value) in leaves.iter().take(SHOWN) {
        let _ = match before(write, path) {
            Some(Value::Null) | None => write!(told, "\n      {path}: {}", shown(value)),
            Some(before) => write!(told, "\n      {path}: {} -> {}", shown(before), shown(value)),
        };
    }
    if let Some(more) = leaves.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = write!(told, "\n      … and {more} more");
    }
}

/// What the destination has now at a path; of an object that is new as a whole, nothing.
fn before<'w>(write: &'w PlannedWrite, path: &str) -> Option<&'w Value> {
    let is_at =
        |known: &str| path.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    write.before.iter().find(|(known, _)| is_at(known)).map(|(_, value)| value)
}

fn collect<'v>(members: &'v Map<String, Value>, path: &str, leaves: &mut Vec<(String, &'v Value)>) {
    for (key, value) in members {
        let path = if path.is_empty() { plain(key) } else { format!("{path}.{}", plain(key)) };
        match value {
            Value::Object(inner) if !inner.is_empty() => collect(inner, &path, leaves),
            value => leaves.push((path, value)),
        }
    }
}

/// A value in a line: JSON, or words where it is not known.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) if pending::is_mark(text) => pending::SHOWN.to_owned(),
        value => pending::shown(&value.to_string()),
    };
    if text.chars().count() <= LONGEST {
        return text;
    }
    let cut: String = text.chars().take(LONGEST).collect();
    format!("{cut}…")
}

/// A text that cannot forge lines or control a terminal.
fn plain(text: &str) -> String {
    pending::shown(text)
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Method;
    use crate::run::Verdict;

    fn write(change: Change, body: Value) -> PlannedWrite {
        PlannedWrite {
            step: "user".into(),
            change,
            why: None,
            is_doubtful: false,
            repeats: false,
            method: Method::Post,
            target: format!("/users/{}", pending::mark("user.id", true)),
            headers: Vec::new(),
            body: Some(body),
            before: Vec::new(),
        }
    }

    fn plan(ending: Ending, writes: Vec<PlannedWrite>) -> String {
        let plan = EventPlan { ending, notes: vec!["a note".into()], reads: Vec::new(), writes };
        described("e:1", Some(&json!({"type": "identify", "userId": "u-1\u{7}"})), &plan)
    }

    #[test]
    fn a_write_is_told_with_its_values() {
        let created =
            write(Change::Create, json!({"user": {"name": "Ada", "id": pending::mark("a.b", false)}}));
        assert_eq!(
            plan(Ending::Known(Verdict::Delivered), vec![created]),
            "e:1  identify u-1 \n  + user  POST /users/(known after apply)\n      user.name: \"Ada\"\n      \
             user.id: (known after apply)\n    note: a note"
        );
    }

    #[test]
    fn of_an_update_only_what_changes_is_told() {
        let before = vec![("user.name".to_owned(), json!("Ada")), ("user.new".to_owned(), Value::Null)];
        let body = json!({"user": {"name": "Ada L.", "plan": "pro", "new": {"a": 1}}});
        let updated = PlannedWrite { before, ..write(Change::Update, body) };
        let told = plan(Ending::Open("`$steps.a.b`".into()), vec![updated]);
        assert_eq!(
            told,
            "e:1  identify u-1 \n  ~ user  POST /users/(known after apply)\n      user.name: \"Ada\" -> \"Ada L.\"\n      \
             user.new.a: 1\n  ? what follows depends on `$steps.a.b`\n    note: a note"
        );
    }

    #[test]
    fn an_event_that_writes_nothing_says_so() {
        assert!(plan(Ending::Known(Verdict::Delivered), vec![]).contains("\n    nothing to write"));
        let rejected = Ending::Known(Verdict::Rejected { why: "no name".into() });
        assert!(plan(rejected, vec![]).contains("\n    rejected: no name"));
    }
}
