//! Coverage as JSON, for programs.

use serde_json::{Map, Value, json};

use super::{Coverage, Covered, FileCoverage, Tally};
use crate::lint::PointKind;
use crate::model::Used;

impl Coverage {
    /// All files with all of their points.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({"files": self.files().iter().map(file).collect::<Vec<_>>()})
    }
}

fn file(file: &FileCoverage) -> Value {
    let by_kind: Map<String, Value> =
        PointKind::ALL.iter().map(|kind| (kind.name().to_owned(), tally(file.tally_of(*kind)))).collect();
    let points: Vec<Value> = file.points.iter().map(point).collect();
    json!({"file": file.name, "total": tally(file.tally()), "kinds": by_kind, "points": points})
}

fn tally(tally: Tally) -> Value {
    let Tally { covered, reachable, idle } = tally;
    json!({"covered": covered, "reachable": reachable, "unreachable": idle, "percent": tally.percent()})
}

fn point(covered: &Covered) -> Value {
    let point = &covered.point;
    let mut value = json!({
        "kind": point.kind.name(),
        "line": covered.line,
        "column": covered.column,
        "what": point.what,
        "side": side(point.used),
        "count": covered.count,
    });
    if let (Some(why), Some(members)) = (covered.idle(), value.as_object_mut()) {
        members.insert("unreachable".into(), why.into());
    }
    value
}

fn side(used: Used) -> &'static str {
    match used {
        Used::Taken => "taken",
        Used::Ran => "ran",
        Used::LeftOut => "left_out",
        Used::Asked => "asked",
        Used::Made => "made",
        Used::Candidate(_) => "won",
        Used::Default => "default",
        Used::Replaced(_) => "replaced",
        Used::Lacking => "lacking",
        Used::Unfit => "unfit",
        Used::Cut => "cut",
        Used::Sent => "sent",
        Used::Held => "held",
        Used::Failed => "failed",
        Used::Met(_) => "met",
    }
}
