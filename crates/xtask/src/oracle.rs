//! Right before fast: what contestants make is compared with what a script expects that knows nothing of the engine.

use std::fs;
use std::process::Command;

use super::lane::Lane;
use super::programs::{Programs, output, start};
use super::{Done, root};

/// Contestants that make no bodies, and are compared with nothing.
const FLOORS: [&str; 3] = ["floor", "scan", "validate"];

/// Events of the traps, all of which the engine and what is written by hand must know.
const TRAPS: [&str; 4] = ["plan-bytes traps", "plan-value traps", "hand-parsed traps", "hand-scanner traps"];

/// Compares the outputs of lanes on their first `count` events, and of the engine on the traps.
pub(crate) fn check(programs: &Programs, lanes: &[Lane], count: impl Fn(&str) -> String) -> Done {
    let mut lanes = lanes.to_vec();
    lanes.extend(Lane::all(TRAPS.into_iter())?);
    lanes
        .retain(|lane| !FLOORS.contains(&lane.contestant.as_str()) && programs.has_outputs(&lane.contestant));
    let mut corpora: Vec<&str> = lanes.iter().map(|lane| lane.corpus.as_str()).collect();
    corpora.sort_unstable();
    corpora.dedup();
    let folder = root().join("target/contest/outputs");
    fs::create_dir_all(&folder)?;
    for corpus in corpora {
        let count = if corpus == "traps" { usize::MAX.to_string() } else { count(corpus) };
        let events = folder.join(corpus);
        fs::write(&events, programs.corpus(corpus, &count)?)?;
        let mut compare = Command::new("python3");
        compare.arg(root().join("benches/contest/oracle.py")).args(["compare", mapping(corpus)]).arg(&events);
        for lane in lanes.iter().filter(|lane| lane.corpus == corpus) {
            let path = folder.join(format!("{}.{corpus}", lane.contestant));
            fs::write(&path, output(start(&lane.command(programs, &count)?).arg("outputs"))?)?;
            compare.arg(path);
        }
        output(&mut compare)?;
    }
    eprintln!("all agree with the oracle");
    Ok(())
}

/// What the oracle calls the mapping that a corpus is for.
fn mapping(corpus: &str) -> &str {
    match corpus.split_once('-') {
        Some(("rows", rows)) => rows,
        Some(("traits", _)) => "20",
        _ => "zendesk",
    }
}
