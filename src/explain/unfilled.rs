//! What the destination takes in a body and no row of it writes.

use std::collections::BTreeMap;

use crate::compile::{BodyPlan, CallPlan, FlowPlan, Op, PathPart, RequestPlan, StepKind};
use crate::destination::{Destination, Schema};
use crate::run::key_of;

/// For each step of a flow that sends a body, paths of the attributes that the destination has, leaves to others, and
/// nobody fills; in the order of the schema. A step whose endpoint is not known is left out.
pub(super) fn unfilled(
    flow: &FlowPlan,
    base_url: &str,
    destination: &Destination,
) -> BTreeMap<String, Vec<String>> {
    let behind = base_url.split_once("://").map_or("", |(_, behind)| behind);
    let base = behind.find('/').and_then(|at| behind.get(at..)).unwrap_or("").trim_end_matches('/');
    let mut all = BTreeMap::new();
    for step in &flow.steps {
        let StepKind::Call { call, .. } = &step.kind else { continue };
        let (CallPlan::Request(request) | CallPlan::Ensure { create: request, .. }) = call;
        let endpoint = destination.endpoint(request.method.as_str(), Some(base), &spelt(request));
        let schema = endpoint.and_then(|endpoint| endpoint.request.as_deref());
        if let (Some(body), Some(schema)) = (&request.body, schema) {
            let mut found = Vec::new();
            look(schema, &written(body), &mut Vec::new(), &mut found);
            all.insert(step.name.to_string(), found);
        }
    }
    all
}

/// The path with a `:` for each part that an event decides.
fn spelt(request: &RequestPlan) -> String {
    let part = |part: &PathPart| match part {
        PathPart::Text(text) => text.clone(),
        PathPart::Value(_) => ":".to_owned(),
    };
    request.path.iter().map(part).collect()
}

/// Paths that rows write, and those that a rest fills.
fn written(body: &BodyPlan) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut above: Vec<String> = Vec::new();
    for op in &body.ops {
        match op {
            Op::Open { key, .. } => above.push(key_of(key)),
            Op::Close => drop(above.pop()),
            Op::Row { .. } => row(op, &above, &mut paths),
            Op::Run { rows, .. } => rows.iter().for_each(|op| row(op, &above, &mut paths)),
            Op::Rest(_) => paths.push(above.clone()),
        }
    }
    paths
}

fn row(op: &Op, above: &[String], paths: &mut Vec<Vec<String>>) {
    if let Op::Row { key, .. } = op {
        paths.push(above.iter().cloned().chain([key_of(key)]).collect());
    }
}

fn look(schema: &Schema, written: &[Vec<String>], path: &mut Vec<String>, found: &mut Vec<String>) {
    for (name, member) in schema.members.iter().filter(|(_, member)| !member.read_only) {
        path.push(name.clone());
        let is_whole = written.contains(path);
        let is_entered = written.iter().any(|known| known.starts_with(path));
        match (is_whole, is_entered) {
            (true, _) => {}
            (false, true) => look(member, written, path, found),
            (false, false) => found.push(path.join(".")),
        }
        path.pop();
    }
}
