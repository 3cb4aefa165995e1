//! An explanation as JSON. Its form is a promise: members may be added, none changed.

use serde_json::{Map, Value, json};

use super::{Explanation, dotted};
use crate::run::{Candidate, Entry, ExaminedStep, Fate, Leaf, Made, MadeOutcome, Reached, Source};

pub(super) fn json(explanation: &Explanation<'_>) -> Value {
    let found = &explanation.examination;
    let steps: Vec<Value> = found.steps.iter().map(|step| step_json(explanation, step)).collect();
    let mut members = Map::new();
    let verdict = found.refusal.as_ref().map_or("prepared", |refusal| refusal.name());
    members.insert("mapping".into(), explanation.mapping.into());
    members.insert("verdict".into(), verdict.into());
    if let Some(why) = found.refusal.as_ref().and_then(|refusal| refusal.why()) {
        members.insert("why".into(), why.into());
    }
    members.insert("flow".into(), found.flow.as_deref().into());
    members.insert("takes".into(), found.event.clone().into());
    members.insert("steps".into(), steps.into());
    if !explanation.is_partial {
        let names: Vec<Value> = found.names.iter().map(|name| made(explanation, name)).collect();
        members.insert("conditions".into(), conditions(explanation, &found.conditions));
        members.insert("names".into(), names.into());
        members.insert("notes".into(), found.notes.clone().into());
        members.insert("unread".into(), explanation.unread.clone().into());
    }
    Value::Object(members)
}

fn step_json(explanation: &Explanation<'_>, step: &ExaminedStep) -> Value {
    let reached = match step.reached {
        Reached::Yes => "yes",
        Reached::No => "no",
        Reached::Late => "answers decide",
        Reached::Behind => "ended before",
    };
    let leaves: Vec<Value> = step.leaves.iter().map(|leaf| leaf_json(explanation, leaf)).collect();
    let conditions = conditions(explanation, &step.conditions);
    let mut told = json!({"step": &*step.name, "does": step.does, "reached": reached, "conditions": conditions, "leaves": leaves});
    if let (Some(unfilled), Value::Object(members)) = (explanation.unfilled(&step.name), &mut told) {
        members.insert("unfilled".into(), unfilled.into());
    }
    told
}

fn leaf_json(explanation: &Explanation<'_>, leaf: &Leaf) -> Value {
    let mut members = Map::new();
    members.insert("leaf".into(), dotted(leaf).into());
    members.insert("keys".into(), leaf.path.clone().into());
    if let Value::Object(rest) = made(explanation, &leaf.made) {
        members.extend(rest);
    }
    Value::Object(members)
}

fn conditions(explanation: &Explanation<'_>, entries: &[Entry]) -> Value {
    let one = |entry: &Entry| match entry {
        Entry::Condition { at, of, held, saw } => {
            let saw = saw.iter().map(|(selector, value)| {
                let mut members = Map::new();
                members.insert("selector".into(), (&**selector).into());
                put_value(&mut members, value.as_ref());
                Value::Object(members)
            });
            let saw: Vec<Value> = saw.collect();
            Some(json!({"of": &**of, "line": explanation.line(*at), "held": held, "saw": saw}))
        }
        _ => None,
    };
    entries.iter().filter_map(one).collect::<Vec<Value>>().into()
}

fn put_value(members: &mut Map<String, Value>, value: Option<&Value>) {
    match value {
        Some(value) => members.insert("value".into(), value.clone()),
        None => members.insert("missing".into(), true.into()),
    };
}

fn made(explanation: &Explanation<'_>, made: &Made) -> Value {
    let mut members = Map::new();
    members.insert("row".into(), (&*made.row).into());
    members.insert("line".into(), explanation.line(made.at).into());
    match &made.outcome {
        MadeOutcome::Value(value) => members.insert("value".into(), value.clone()),
        MadeOutcome::Nothing => members.insert("left_out".into(), true.into()),
        MadeOutcome::Refused(why) => members.insert("rejected".into(), why.clone().into()),
        MadeOutcome::Late => members.insert("depends_on_answers".into(), true.into()),
    };
    if let Some(path) = made.path() {
        members.insert("source".into(), path.into());
        members.insert("changed".into(), made.is_changed().into());
    }
    if let Some(cast) = &made.cast {
        members.insert("as".into(), cast.clone().into());
    }
    if made.is_default {
        members.insert("default".into(), true.into());
    }
    if !made.conditions.is_empty() {
        members.insert("when".into(), conditions(explanation, &made.conditions));
    }
    let parts =
        |parts: &[Made]| parts.iter().map(|part| self::made(explanation, part)).collect::<Vec<Value>>();
    match &made.source {
        Source::Constant => members.insert("constant".into(), true.into()),
        Source::Candidates(candidates) => {
            let candidates = candidates.iter().map(|one| candidate(explanation, one));
            members.insert("candidates".into(), candidates.collect::<Vec<Value>>().into())
        }
        Source::Each { list, from } => {
            let from: Vec<&str> = from.iter().map(|text| &**text).collect();
            members.insert("each".into(), json!({"list": &**list, "from": from}))
        }
        Source::Text(variables) => members.insert("text".into(), parts(variables).into()),
        Source::List(rows) => members.insert("list".into(), parts(rows).into()),
    };
    Value::Object(members)
}

fn candidate(explanation: &Explanation<'_>, candidate: &Candidate) -> Value {
    let (fate, why) = match &candidate.fate {
        Fate::Won => ("won", None),
        Fate::Missing => ("missing", None),
        Fate::Null => ("null", None),
        Fate::Empty => ("empty", None),
        Fate::Misfit(why) => ("does not fit", Some(why.as_str())),
        Fate::Refused(why) => ("rejected", Some(why.as_str())),
        Fate::LeftOut(why) => ("left out", Some(*why)),
        Fate::Unasked => ("not asked", None),
        Fate::Late => ("depends on answers", None),
    };
    let mut members = Map::new();
    members.insert("selector".into(), (&*candidate.text).into());
    members.insert("fate".into(), fate.into());
    if let Some(why) = why {
        members.insert("why".into(), why.into());
    }
    if let Some(found) = &candidate.found {
        members.insert("found".into(), found.clone());
    }
    if let Some(path) = candidate.source() {
        members.insert("source".into(), path.into());
    }
    if let Some(via) = &candidate.via {
        members.insert("via".into(), json!({"name": via.row.strip_prefix("names.").unwrap_or(&via.row), "line": explanation.line(via.at)}));
    }
    Value::Object(members)
}
