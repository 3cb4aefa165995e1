//! `mapwright plan`: what events would do, before anything is done.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::args::{Format, PlanArgs};
use super::exit::Exit;
use super::output::{Done, Ended, Output, Problem};
use super::project::Project;
use super::target::Target;
use super::{file, open, settings};
use crate::case;
use crate::deliver::{Deliverer, Input, Line, Options, RetryPolicy};
use crate::plan::{self, Change, Ending, EventPlan, SavedEvent, SavedPlan, Tally};
use crate::run::{Session, Verdict};

/// Runs the command.
pub(super) fn run(args: &PlanArgs, output: &mut Output) -> Done {
    let project = Project::read()?;
    if let Some(case) = &args.case {
        return of_case(args, case, &project, output);
    }
    let plan = open::plan(&project.mapping(args.mapping.mapping.as_deref())?, output)?;
    let input = Input::open(&args.events).map_err(|error| Problem::unreadable(error.to_string()))?;
    let settings = settings::of(&args.settings, &args.target, &project)?;
    let session = open::session(plan, &settings)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let done = runtime.block_on(async {
        let target = Target::open(&args.target).await?;
        let done = of_input(args, &session, &target, input, output).await;
        target.close().await;
        done
    });
    // What still reads from a terminal is not waited for.
    runtime.shutdown_background();
    done
}

async fn of_input(
    args: &PlanArgs,
    session: &Arc<Session>,
    target: &Target,
    mut input: Input,
    output: &mut Output,
) -> Done {
    let transport = target.transport(session)?;
    let retry = RetryPolicy { attempts: args.attempts, ..RetryPolicy::default() };
    let options = Options { retry, ..Options::default() };
    let deliverer = Deliverer::new(session.clone(), Arc::new(transport), options);
    let mut plans = deliverer.plans();
    let mut report = Report::new(args.format, args.save.is_some(), output);
    while let Some(line) = input.next_line() {
        let line = line.map_err(|error| Problem::unreadable(error.to_string()))?;
        let place = format!("{}:{}", line.file, line.line);
        let planned = match &line.content {
            Ok(event) => plans.next(event, &place).await,
            Err(unreadable) => rejected(&unreadable.why),
        };
        report.take(&line, planned)?;
    }
    let events = std::mem::take(&mut report.saved);
    if let Some(path) = &args.save {
        let mapping = session.plan().hash().to_owned();
        save(path, &SavedPlan { mapping, settings: plan::fingerprint(session), events })?;
    }
    report.finish(deliverer.requests().read)
}

/// A plan of what a case file has, without any network but a sandbox's.
fn of_case(args: &PlanArgs, path: &Path, project: &Project, output: &mut Output) -> Done {
    let mapping = project.mapping(args.mapping.mapping.as_deref()).ok();
    let planned = case::plan(path, mapping.as_deref());
    let planned = planned.map_err(|error| Problem::unreadable(error.to_string()))?;
    let file: Arc<str> = path.display().to_string().into();
    let mut report = Report::new(args.format, false, output);
    let reads = planned.reads;
    for (number, (event, planned)) in (1..).zip(planned.events) {
        report.take(&Line { file: file.clone(), line: number, content: Ok(event) }, planned)?;
    }
    report.finish(reads)
}

/// Written beside its place and moved there, so that a plan is whole or not there.
fn save(path: &Path, saved: &SavedPlan) -> Result<(), Problem> {
    let problem =
        |error: std::io::Error| Problem::unreadable(format!("cannot write {}: {error}", path.display()));
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let written = file::create_private(Path::new(&beside))
        .and_then(|mut file| file.write_all(saved.to_text().as_bytes()));
    written.and_then(|()| fs::rename(&beside, path)).map_err(problem)
}

fn rejected(why: &str) -> EventPlan {
    let ending = Ending::Known(Verdict::Rejected { why: why.to_owned() });
    EventPlan { ending, notes: Vec::new(), reads: Vec::new(), writes: Vec::new() }
}

/// What is told while events are planned.
struct Report<'a> {
    format: Format,
    output: &'a mut Output,
    tally: Tally,
    /// Plans for a program, which come as a whole.
    told: Vec<Value>,
    saves: bool,
    saved: Vec<SavedEvent>,
}

impl<'a> Report<'a> {
    fn new(format: Format, saves: bool, output: &'a mut Output) -> Self {
        Report { format, output, tally: Tally::default(), told: Vec::new(), saves, saved: Vec::new() }
    }

    fn take(&mut self, line: &Line, plan: EventPlan) -> Result<(), Ended> {
        let Line { file, line, content } = line;
        let event = content.as_ref().ok();
        self.tally.count(&plan);
        match self.format {
            Format::Text => {
                let told = plan::described(&format!("{file}:{line}"), event.map(|event| &**event), &plan);
                self.output.print(coloured(&told))?;
            }
            Format::Json => {
                let mut told = json!({"file": &**file, "line": line});
                if let (Some(told), Value::Object(plan)) = (told.as_object_mut(), plan.to_json()) {
                    told.extend(plan);
                }
                self.told.push(told);
            }
        }
        if self.saves {
            self.saved.push(SavedEvent { file: file.to_string(), line: *line, event: event.cloned(), plan });
        }
        Ok(())
    }

    fn finish(self, reads: u64) -> Done {
        let Report { format, output, tally, told, .. } = self;
        match format {
            Format::Text => output.print(format_args!("\n{}", tally.describe(reads)))?,
            Format::Json => {
                let mut summary = tally.to_json();
                if let Some(summary) = summary.as_object_mut() {
                    summary.insert("reads".into(), reads.into());
                }
                output.print(format_args!("{:#}", json!({"events": told, "summary": summary})))?;
            }
        }
        Ok(if tally.failed > 0 {
            Exit::NotDelivered
        } else if tally.rejected > 0 {
            Exit::Findings
        } else {
            Exit::Fine
        })
    }
}

/// The lines of a plan in the colours of their signs, where there are colours.
fn coloured(told: &str) -> String {
    let line = |line: &str| {
        let mut rest = line.strip_prefix("  ").unwrap_or_default().chars();
        let change = match (rest.next(), rest.next()) {
            (Some(sign), Some(' ')) => Change::ALL.into_iter().find(|change| change.sign() == sign),
            _ => None,
        };
        let colour = match change {
            Some(Change::Create) => "32",
            Some(Change::Update) => "33",
            Some(Change::Link) => "36",
            Some(Change::Remove) => "31",
            Some(Change::Unchanged) => "2",
            Some(Change::Unknown) => "35",
            None => return line.to_owned(),
        };
        format!("\x1b[{colour}m{line}\x1b[0m")
    };
    told.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::coloured;

    #[test]
    fn a_line_has_the_colour_of_its_sign() {
        assert_eq!(coloured("e:1\n  + user\n      a: - b"), "e:1\n\x1b[32m  + user\x1b[0m\n      a: - b");
    }
}
