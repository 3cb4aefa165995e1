//! The programs of `benches/contest`: each package is built alone and asked for its contestants.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Done, root};

/// Packages that are always built.
pub(crate) const PACKAGES: [&str; 2] = ["baselines", "engine"];

/// A contestant and where it is.
#[derive(Clone, Debug)]
struct Known {
    name: String,
    has_outputs: bool,
    command: Vec<String>,
}

/// All contestants that can be run.
#[derive(Debug)]
pub(crate) struct Programs {
    known: Vec<Known>,
    /// The first package, which writes corpora too.
    first: PathBuf,
}

impl Programs {
    /// Builds packages, each in a run of cargo of its own so that features do not add up. `with` are further ones:
    /// `vrl`, `jaq`, `node`.
    pub(crate) fn build(with: &[&str]) -> Done<Programs> {
        let folder = root().join("target/contest");
        let program = |package: &str| folder.join("release").join(package);
        let mut programs = Programs { known: Vec::new(), first: program(PACKAGES[0]) };
        let others = with.iter().filter(|name| **name != "node").map(|name| format!("rival-{name}"));
        for package in PACKAGES.map(str::to_owned).into_iter().chain(others) {
            eprintln!("building {package}");
            let manifest = root().join("benches/contest/Cargo.toml");
            let mut cargo = Command::new("cargo");
            cargo.args(["build", "--release", "--locked", "--quiet", "--package", &package]);
            cargo.arg("--manifest-path").arg(manifest).arg("--target-dir").arg(&folder);
            if !cargo.status()?.success() {
                return Err(format!("{package} cannot be built").into());
            }
            programs.ask(&[shown(&program(&package))])?;
        }
        if with.contains(&"node") {
            let script = root().join("benches/contest/node.mjs");
            let options = ["--single-threaded", "--max-semi-space-size=64"].map(str::to_owned);
            let command =
                [vec!["node".to_owned()], options.to_vec(), vec![shown(&script), shown(&programs.first)]];
            programs.ask(&command.concat())?;
        }
        Ok(programs)
    }

    fn ask(&mut self, command: &[String]) -> Done {
        let listed = output(start(command).arg("contestants"))?;
        for line in listed.lines() {
            let (kind, name) = line.split_once(' ').ok_or("a contestant without a kind")?;
            let known =
                Known { name: name.to_owned(), has_outputs: kind == "each", command: command.to_owned() };
            self.known.push(known);
        }
        Ok(())
    }

    /// The command that runs a contestant; its corpus and the rest are to be added.
    pub(crate) fn command(&self, contestant: &str) -> Option<Vec<String>> {
        let known = self.known.iter().find(|known| known.name == contestant)?;
        Some(known.command.iter().cloned().chain([contestant.to_owned()]).collect())
    }

    /// Whether it makes something of single events that the oracle can look at.
    pub(crate) fn has_outputs(&self, contestant: &str) -> bool {
        self.known.iter().any(|known| known.name == contestant && known.has_outputs)
    }

    /// The events of a corpus, whose checksum is looked at.
    pub(crate) fn corpus(&self, corpus: &str, count: &str) -> Done<String> {
        output(Command::new(&self.first).args(["corpus", corpus, count]))
    }
}

/// A command from its words.
pub(crate) fn start(words: &[String]) -> Command {
    let mut command = Command::new(words.first().map_or("", String::as_str));
    command.args(words.iter().skip(1));
    command
}

/// What a command writes; its failure is an error with what it says.
pub(crate) fn output(command: &mut Command) -> Done<String> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    Err(format!("{command:?}\n{}", String::from_utf8_lossy(&output.stderr)).into())
}

/// Whether a program can be started.
pub(crate) fn is_here(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
