//! What a flow requires, and its steps as a decision table.

use std::fmt::Write;

use super::markdown::{self, code, plain};
use super::{named, rows, service};
use crate::graph::span;
use crate::model::{Call, Condition, ConditionKind, Flow, ForEach, Mapping, Request, Requirement, Step};

pub(super) fn flow(mapping: &Mapping, flow: &Flow) -> String {
    let mut text = format!("Takes {} events", code(&flow.event.text));
    if let Some(when) = &flow.when {
        let _ = write!(text, " when {}", code(&when.to_string()));
    }
    text.push_str(".\n");
    let requirements: Vec<[String; 3]> = flow.require.iter().map(requirement).collect();
    let mut steps = Steps { mapping, rows: Vec::new(), parts: Vec::new() };
    steps.add(&flow.steps, &[]);
    let tables = [
        rows::table("name in this flow", &flow.names),
        markdown::table(["must hold", "unless", "else rejected with"], &requirements),
        markdown::table(["step", "only when", "request", "gives", "answers"], &steps.rows),
    ];
    for table in tables.iter().filter(|table| !table.is_empty()) {
        text.push('\n');
        text.push_str(table);
    }
    text
}

fn requirement(requirement: &Requirement) -> [String; 3] {
    let unless = requirement.when.as_ref().map(|when| match &when.kind {
        ConditionKind::Not(unless) => code(&unless.to_string()),
        _ => format!("not ({})", code(&when.to_string())),
    });
    [code(&requirement.that.to_string()), unless.unwrap_or_default(), plain(&requirement.error)]
}

/// Steps that become rows of a table: step, condition, request, outputs, answers.
struct Steps<'m> {
    mapping: &'m Mapping,
    rows: Vec<[String; 5]>,
    /// Parts that are being told, the outermost first.
    parts: Vec<&'m str>,
}

impl<'m> Steps<'m> {
    /// Adds steps that happen only when all of `around` hold.
    fn add(&mut self, steps: &'m [Step], around: &[String]) {
        for step in steps {
            match step {
                Step::Call { name, when, each, call } => {
                    self.call(&name.text, &and(around, when.as_ref()), each.as_ref(), call);
                }
                Step::Use { part, when } => self.part(&part.text, &and(around, when.as_ref())),
                Step::Stop { when } => self.end("the event is delivered", &and(around, when.as_ref())),
                Step::Skip { when, why } => {
                    self.end(&format!("the event is skipped: {}", plain(why)), &and(around, when.as_ref()));
                }
                Step::Reject { when, error, .. } => {
                    self.end(
                        &format!("the event is rejected: {}", plain(&error.to_string())),
                        &and(around, when.as_ref()),
                    );
                }
            }
        }
    }

    fn part(&mut self, name: &'m str, when: &[String]) {
        let Some(steps) = named(&self.mapping.parts, name) else { return };
        if !self.parts.contains(&name) {
            self.parts.push(name);
            self.add(steps, when);
            self.parts.pop();
        }
    }

    fn end(&mut self, what: &str, when: &[String]) {
        self.rows.push([String::new(), joined(when), what.to_owned(), String::new(), String::new()]);
    }

    fn call(&mut self, name: &str, when: &[String], each: Option<&ForEach>, call: &Call) {
        let own = code(name);
        match call {
            Call::Request(request) => self.request(own, when, each, request),
            Call::Ensure { find, create } => {
                for (index, request) in find.iter().enumerate() {
                    let mut when = when.to_vec();
                    when.extend((index > 0).then(|| "nothing is found yet".to_owned()));
                    self.request(format!("{own}: find"), &and(&when, request.when.as_ref()), None, request);
                }
                let mut when = when.to_vec();
                when.push("nothing is found".to_owned());
                self.request(format!("{own}: create"), &and(&when, create.when.as_ref()), None, create);
            }
        }
    }

    fn request(&mut self, name: String, when: &[String], each: Option<&ForEach>, request: &Request) {
        let mut asked: Vec<String> = each.map(loop_over).into_iter().collect();
        asked.extend(details(request));
        let gives = rows::pairs(&request.give);
        let answers: Vec<String> = request
            .errors
            .iter()
            .map(|rule| format!("{}: {}", code(&rule.answers.to_string()), service::follows(rule)))
            .collect();
        let name = match self.parts.last() {
            Some(part) => format!("{name} of part {}", code(part)),
            None => name,
        };
        self.rows.push([name, joined(when), asked.join("<br>"), gives.join("<br>"), answers.join("<br>")]);
    }
}

/// One more condition.
fn and(around: &[String], when: Option<&Condition>) -> Vec<String> {
    around.iter().cloned().chain(when.map(|when| code(&when.to_string()))).collect()
}

fn joined(when: &[String]) -> String {
    when.join(" and ")
}

fn loop_over(each: &ForEach) -> String {
    let filter = each.filter.as_ref().map(|filter| format!(" where {}", code(&filter.to_string())));
    let (name, list) = (code(&each.name.text), code(&each.list.text));
    format!("for each {name} of {list}{}, at most {}:", filter.unwrap_or_default(), each.max)
}

/// Method and path, what stands in them, and what is particular about the request.
fn details(request: &Request) -> Vec<String> {
    let mut details = vec![code(&format!("{} {}", request.method, request.path.text))];
    let parameters = [("path", &request.with), ("query", &request.query), ("header", &request.headers)];
    for (name, rows) in parameters {
        details.extend(rows::pairs(rows).into_iter().map(|pair| format!("{name} {pair}")));
    }
    details.extend(request.body.as_ref().map(|body| {
        let under = body.under.as_ref().map(|under| format!(" in {}", code(under))).unwrap_or_default();
        let plus: String = rows::pairs(&body.plus).iter().flat_map(|pair| [", with ", pair]).collect();
        format!("body {}{under}{plus}", code(&body.table.text))
    }));
    details.extend(request.pages.as_ref().map(|pages| format!("at most {} pages", pages.max)));
    details.extend(request.cache.map(|time| format!("shared for {}", span(time))));
    details.extend(
        request
            .once
            .as_ref()
            .map(|once| format!("{} per {} in {}", once.when(), rows::inline(&once.key), span(once.keep))),
    );
    if !request.forget.is_empty() {
        let forgotten: Vec<String> = request.forget.iter().map(|step| code(&step.text)).collect();
        details.push(format!("then {} is read anew", forgotten.join(" and ")));
    }
    details.extend(request.verify.as_ref().map(|read| {
        format!("whether it arrived, when no answer came, tells {}", self::details(read).join(", "))
    }));
    details
}
