//! `--budget`: how many requests an event costs in each flow, and how many events a minute each plan of the destination
//! takes.

use comfy_table::Table;
use serde_json::{Map, Value, json};

use super::files::Given;
use crate::cli::args::LintFormat;
use crate::cli::exit::Exit;
use crate::cli::output::{Done, Ended, Output, Problem};
use crate::diag::Diagnostics;
use crate::lint::budget::{self, Bound, Cost, Rate};
use crate::{compile, model, source};

/// What an event of one flow costs.
struct Costs {
    file: String,
    flow: String,
    cost: Cost,
    /// Empty when the mapping names no schemas, or they no limits.
    rates: Vec<Rate>,
}

/// Shows it as a table or as JSON.
pub(super) fn show(files: &[Given], format: LintFormat, output: &mut Output) -> Done {
    let mut all = Vec::new();
    for file in files {
        all.extend(costs(file)?);
    }
    if format == LintFormat::Json {
        output.print(all.iter().map(to_json).collect::<Value>())?;
        return Ok(Exit::Fine);
    }
    let mut table = framed(["file", "flow", "best", "typical", "of 1,000", "worst"].map(str::to_owned));
    for one in &all {
        let numbers = [one.cost.best, one.cost.typical, one.cost.thousand, one.cost.worst]
            .map(|number| number.to_string());
        table.add_row([one.file.clone(), one.flow.clone()].into_iter().chain(numbers));
    }
    output.print(table)?;
    output.print(
        "Requests of one event, and of 1,000 typical ones at the same time. A request that is made again after a failure \
         counts once.",
    )?;
    for of_file in all.chunk_by(|one, next| one.file == next.file) {
        show_rates(of_file, output)?;
    }
    Ok(Exit::Fine)
}

fn costs(file: &Given) -> Result<Vec<Costs>, Problem> {
    let mut found = Diagnostics::new();
    let document = source::read(&file.text, &mut found);
    let mapping = document.as_ref().and_then(|document| model::lower(document, &mut found));
    let compiles = compile::load(&file.text, &mut Diagnostics::new()).is_some();
    let (Some(document), Some(mapping), true) = (document, mapping, compiles) else {
        let problem = Problem::unreadable(format!("{} has errors", file.name));
        return Err(problem.with_help(format!("mapwright lint {}", file.name)));
    };
    let unread = |error| Problem::unreadable(format!("{}, {error}", file.name));
    let destination = file.schemas().map_err(unread)?;
    let rates = destination.map(|destination| budget::rates(&document, &mapping, &destination));
    let mut rates = rates.unwrap_or_default().into_iter();
    let costs = budget::costs(&document, &mapping).into_iter().map(|(flow, cost)| Costs {
        file: file.name.clone(),
        flow,
        cost,
        rates: rates.next().map(|(_, rates)| rates).unwrap_or_default(),
    });
    Ok(costs.collect())
}

fn to_json(one: &Costs) -> Value {
    let Cost { best, typical, thousand, worst } = one.cost;
    let mut members = Map::new();
    members.insert("file".into(), one.file.clone().into());
    members.insert("flow".into(), one.flow.clone().into());
    for (name, number) in [("best", best), ("typical", typical), ("of_1000", thousand), ("worst", worst)] {
        members.insert(name.into(), number.into());
    }
    if !one.rates.is_empty() {
        let bound = |bound: Option<&Bound>| match bound {
            Some(bound) => json!({"events_per_minute": bound.per_minute, "limit": bound.limit}),
            None => Value::Null,
        };
        let plan = |rate: &Rate| {
            json!({
                "plan": rate.plan,
                "best": bound(rate.best.as_ref()), "typical": bound(rate.typical.as_ref()),
                "together": bound(rate.together.as_ref()), "worst": bound(rate.worst.as_ref()),
            })
        };
        members.insert("plans".into(), one.rates.iter().map(plan).collect());
    }
    Value::Object(members)
}

/// Events a minute of the flows of one mapping: a line a plan, a column a flow.
fn show_rates(flows: &[Costs], output: &mut Output) -> Result<(), Ended> {
    let Some(first) = flows.first().filter(|first| !first.rates.is_empty()) else { return Ok(()) };
    let heads = flows.iter().map(|one| format!("{}\nbest / typical / together / worst", one.flow));
    let mut table = framed(std::iter::once("plan".to_owned()).chain(heads));
    for (index, rate) in first.rates.iter().enumerate() {
        let cell = |one: &Costs| {
            let of_plan = one.rates.get(index);
            let bounds = of_plan.map_or([None; 4], |rate| {
                [&rate.best, &rate.typical, &rate.together, &rate.worst].map(Option::as_ref)
            });
            bounds.map(shown).join(" / ")
        };
        table.add_row(std::iter::once(rate.plan.clone()).chain(flows.iter().map(cell)));
    }
    output.print(format_args!("\n{table}"))?;
    output.print(format_args!(
        "Events a minute of {}; – where no request is made or no limit is known.",
        first.file
    ))?;
    for one in flows {
        let mut limits: Vec<&str> =
            one.rates.iter().filter_map(|rate| Some(rate.typical.as_ref()?.limit.as_str())).collect();
        limits.sort_unstable();
        limits.dedup();
        if !limits.is_empty() {
            let limits = limits.join("` or `");
            output.print(format_args!("What {} typically reaches first: the limit `{limits}`.", one.flow))?;
        }
    }
    Ok(())
}

fn shown(bound: Option<&Bound>) -> String {
    match bound {
        None => "–".into(),
        Some(bound) if bound.per_minute < 0.1 => "<0.1".into(),
        Some(bound) if bound.per_minute < 10.0 => {
            let text = format!("{:.1}", bound.per_minute);
            text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
        }
        Some(bound) => format!("{:.0}", bound.per_minute.floor()),
    }
}

fn framed(head: impl IntoIterator<Item = String>) -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::UTF8_FULL_CONDENSED).set_header(head);
    table
}
