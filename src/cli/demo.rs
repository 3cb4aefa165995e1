//! `mapwright demo`: shows sample events on their way into a simulated Zendesk, and what it holds afterwards.

use std::fmt::Write;
use std::sync::Arc;

use sandbox::{RequestLog, Sandbox};
use serde_json::Value;

use super::args::DemoArgs;
use super::exit::Exit;
use super::output::{Done, Ended, Output, Problem, bold};
use super::project::Project;
use super::target::Target;
use super::{open, settings, tables};
use crate::deliver::{Deliverer, Input, Line, Options};
use crate::run::{Outcome, Verdict};

/// What to do next, at the end of the demo.
const NEXT: &str = "  1. Edit MAPPING and run the demo again: other things are sent, nothing is rebuilt.
     For instance, tag users with their plan: below `tables: user: rows:` add the line
       tags: {from: $person.plan, as: [string]}
  2. Misspell a word in it, and see what is said about it:
       mapwright lint
  3. Start a Zendesk of your own in one terminal, send to it from another, and look inside:
       mapwright sandbox
       mapwright deliver EVENTS --endpoint http://127.0.0.1:8085 --config examples/account.yaml
       curl http://127.0.0.1:8085/_sandbox/state";

/// Runs the command.
pub(super) fn run(args: &DemoArgs, output: &mut Output) -> Done {
    let project = Project::read()?;
    let mapping = project.mapping(args.mapping.mapping.as_deref())?;
    let plan = open::plan(&mapping, output)?;
    let input = Input::open(std::slice::from_ref(&args.events))
        .map_err(|error| Problem::unreadable(error.to_string()))?;
    let session = open::session(plan, &settings::for_sandbox(&args.settings, &project)?)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let sandbox =
            Sandbox::builder().start().await.map_err(|error| Problem::unreadable(error.to_string()))?;
        let transport = Target::Endpoint(sandbox.url()).transport(&session)?;
        let deliverer = Deliverer::new(session, Arc::new(transport), Options::default());
        let title =
            format!("{} through {} into a simulated Zendesk", args.events.display(), mapping.display());
        output.print(format_args!("{}\n", bold(&title)))?;
        let exit = deliver(&deliverer, input, &sandbox, output).await?;
        show_state(&sandbox.state(), output)?;
        let next = NEXT.replace("MAPPING", &mapping.display().to_string());
        let next = next.replace("EVENTS", &args.events.display().to_string());
        output.print(format_args!("{}\n{next}", bold("Try next")))?;
        sandbox.stop().await;
        Ok(exit)
    })
}

/// One event after another, so that each can be told with the requests that it made.
async fn deliver(deliverer: &Deliverer, mut input: Input, sandbox: &Sandbox, output: &mut Output) -> Done {
    let mut exit = Exit::Fine;
    let mut known = 0;
    while let Some(line) = input.next_line() {
        let line = line.map_err(|error| Problem::unreadable(error.to_string()))?;
        let told = match &line.content {
            Ok(event) => {
                let outcome = deliverer.deliver_one(Arc::clone(event)).await;
                if matches!(outcome.verdict, Verdict::Failed { .. }) {
                    exit = Exit::NotDelivered;
                }
                let requests = sandbox.requests();
                let new = requests.get(known..).unwrap_or_default();
                known = requests.len();
                describe(&line, event, &outcome, new)
            }
            Err(unreadable) => format!("{:>3}  rejected: {}", line.line, unreadable.why),
        };
        output.print(told)?;
    }
    Ok(exit)
}

fn describe(line: &Line, event: &Value, outcome: &Outcome, requests: &[RequestLog]) -> String {
    let verdict = &outcome.verdict;
    let mut told = format!("{:>3}  {:<36} {}", line.line, subject(event), bold(verdict.name()));
    if let Some(why) = verdict.why() {
        let _ = write!(told, ": {why}");
    }
    let requests = steps(requests);
    if !requests.is_empty() {
        let _ = write!(told, "  {requests}");
    }
    for note in &outcome.notes {
        let _ = write!(told, "\n     note: {note}");
    }
    told
}

/// The event in a few words: its type and whom or what it is about.
fn subject(event: &Value) -> String {
    let text = |path| event.pointer(path).and_then(Value::as_str);
    let kind = text("/type").unwrap_or("(no type)");
    let about = ["/event", "/traits/name", "/context/traits/name", "/userId"].into_iter().find_map(text);
    let about = about.unwrap_or_default();
    let subject = format!("{kind} {about}");
    let short: String =
        subject.chars().take(36).map(|char| if char.is_control() { ' ' } else { char }).collect();
    short.trim_end().to_owned()
}

/// `GET /user_fields 200, POST /user_fields 201 ×3`: without queries, equal ones in a row counted.
fn steps(requests: &[RequestLog]) -> String {
    let mut steps: Vec<(String, u32)> = Vec::new();
    for request in requests {
        let path = request.path.strip_prefix("/api/v2").unwrap_or(&request.path);
        let step = format!("{} {path} {}", request.method, request.status);
        match steps.last_mut() {
            Some((last, count)) if *last == step => *count += 1,
            _ => steps.push((step, 1)),
        }
    }
    let told =
        steps.into_iter().map(|(step, count)| if count > 1 { format!("{step} ×{count}") } else { step });
    told.collect::<Vec<_>>().join(", ")
}

fn show_state(state: &Value, output: &mut Output) -> Result<(), Ended> {
    output.print(format_args!("\n{}\n", bold("What Zendesk holds now")))?;
    for section in tables::sections(state) {
        output.print(format_args!("{}\n{}\n", section.title, section.table))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(method: &str, path: &str, status: u16) -> RequestLog {
        let (method, path) = (method.to_owned(), path.to_owned());
        RequestLog { method, path, query: "a=b".into(), body: Value::Null, status }
    }

    #[test]
    fn equal_requests_in_a_row_are_counted() {
        let requests = [
            request("GET", "/api/v2/user_fields", 200),
            request("POST", "/api/v2/user_fields", 201),
            request("POST", "/api/v2/user_fields", 201),
            request("POST", "/oauth/tokens", 200),
        ];
        assert_eq!(
            steps(&requests),
            "GET /user_fields 200, POST /user_fields 201 ×2, POST /oauth/tokens 200"
        );
        assert_eq!(steps(&[]), "");
    }

    #[test]
    fn an_event_is_told_in_a_few_words() {
        assert_eq!(subject(&json!({"type": "track", "event": "Signed up"})), "track Signed up");
        assert_eq!(subject(&json!({"type": "identify", "traits": {"name": "Ada\u{7}"}})), "identify Ada");
        assert_eq!(subject(&json!({"userId": 1})), "(no type)");
    }
}
