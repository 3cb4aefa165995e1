//! The mappings that a host serves: read from files and folders, found by the name of their destination.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::change::{Change, Unserved};
use super::shadow::{Compared, Shadow, Shadowing};
use crate::compile::{self, Plan};
use crate::diag::{Diagnostic, Diagnostics, Severity, render};

/// Mappings by the name of their destination, in lower case.
#[derive(Clone, Debug, Default)]
pub struct Mappings {
    by_name: BTreeMap<String, Served>,
}

/// A mapping that is served.
#[derive(Clone, Debug)]
pub(super) struct Served {
    /// The destination as the mapping spells it.
    pub(super) name: String,
    pub(super) plan: Arc<Plan>,
    pub(super) file: PathBuf,
    /// When the file had been saved, where the system says so.
    pub(super) saved: Option<SystemTime>,
    /// A later version that is not served, or not yet.
    pub(super) shadow: Option<Arc<Shadow>>,
}

/// A path that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingsError(String);

impl fmt::Display for MappingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for MappingsError {}

impl Mappings {
    /// Reads mapping files, and the `*.yaml` files of folders.
    ///
    /// Of several files for one destination the one that is named like the destination is served, or else the first.
    ///
    /// # Errors
    /// [`MappingsError`] when a path cannot be read. A file with errors is among the [`Unserved`].
    pub fn read(paths: &[PathBuf]) -> Result<(Self, Vec<Unserved>), MappingsError> {
        let mut mappings = Self::default();
        let mut unserved = Vec::new();
        for file in files(paths)? {
            match load(&file) {
                Ok(served) => unserved.extend(mappings.add(served)),
                Err(why) => unserved.push(Unserved { file, why }),
            }
        }
        Ok((mappings, unserved))
    }

    /// Reads the files again and says what has changed. What had no errors before stays where the file now has some, or
    /// is gone. With `shadowing` a new version is first compared with the one before.
    ///
    /// # Errors
    /// [`MappingsError`] when a folder cannot be read.
    pub(super) fn reread(
        &self,
        paths: &[PathBuf],
        shadowing: Option<&Shadowing>,
    ) -> Result<(Self, Vec<Change>), MappingsError> {
        let (mut now, unserved) = Self::read(paths)?;
        let mut changes: Vec<Change> = unserved.into_iter().map(Change::Refused).collect();
        for (key, served) in &mut now.by_name {
            changes.extend(match self.by_name.get(key) {
                Some(before) => served.follow(before, shadowing),
                None => Some(served.active()),
            });
        }
        for (key, before) in &self.by_name {
            now.by_name.entry(key.clone()).or_insert_with(|| before.clone());
        }
        Ok((now, changes))
    }

    /// Serves the versions that did the same as those before them, and refuses those that did not.
    pub(super) fn conclude(&self) -> (Self, Vec<Change>) {
        let mut now = self.clone();
        let mut changes = Vec::new();
        for served in now.by_name.values_mut() {
            let Some(shadow) = served.shadow.clone() else { continue };
            let Some(compared) = shadow.end() else { continue };
            if compared.different == 0 {
                *served = shadow.next.clone();
                changes.push(served.active());
            } else {
                shadow.refuse();
                changes.push(shadow.next.differs(&compared));
            }
        }
        (now, changes)
    }

    /// One mapping.
    pub(super) fn of(served: Served) -> Self {
        Self { by_name: BTreeMap::from([(served.name.to_ascii_lowercase(), served)]) }
    }

    /// Adds a mapping; gives the one that stands back.
    fn add(&mut self, served: Served) -> Option<Unserved> {
        let key = served.name.to_ascii_lowercase();
        let Some(other) = self.by_name.get(&key) else {
            self.by_name.insert(key, served);
            return None;
        };
        let is_namesake = |served: &Served| served.file.file_stem().is_some_and(|stem| stem == &*served.name);
        let (first, second) = if is_namesake(&served) && !is_namesake(other) {
            let back = self.by_name.insert(key, served.clone())?;
            (served, back)
        } else {
            (other.clone(), served)
        };
        let why = format!("`{}` is served by {}", first.name, first.file.display());
        Some(Unserved { file: second.file, why })
    }

    /// The mapping of a destination, whose name may be in any case.
    pub(super) fn get(&self, name: &str) -> Option<&Served> {
        self.by_name.get(&name.to_ascii_lowercase())
    }

    /// All mappings.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Served> {
        self.by_name.values()
    }

    /// How many are served.
    pub(super) fn len(&self) -> usize {
        self.by_name.len()
    }

    /// No mapping is served.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Names of the destinations and the files of their mappings.
    pub fn names(&self) -> impl Iterator<Item = (&str, &Path)> {
        self.iter().map(|served| (served.name.as_str(), served.file.as_path()))
    }
}

fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, MappingsError> {
    let mut files = Vec::new();
    for path in paths {
        let problem = |error| MappingsError(format!("cannot read {}: {error}", path.display()));
        if !std::fs::metadata(path).map_err(problem)?.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).map_err(problem)? {
            let file = entry.map_err(problem)?.path();
            if file.extension().is_some_and(|extension| extension == "yaml") {
                inside.push(file);
            }
        }
        inside.sort();
        files.append(&mut inside);
    }
    Ok(files)
}

/// Reads and compiles a file; the error is what is wrong with it.
fn load(file: &Path) -> Result<Served, String> {
    let text =
        std::fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let served = Served::compile(&text, file);
    let served = served.map_err(|found| render::human(&found, &file.display().to_string(), &text))?;
    Ok(Served { saved: served.last_saved(), ..served })
}

impl Served {
    /// When the file was saved last, where the system says so.
    pub(super) fn last_saved(&self) -> Option<SystemTime> {
        std::fs::metadata(&self.file).and_then(|file| file.modified()).ok()
    }

    /// Takes the place of the version before, or goes beside it to be compared; says what has changed.
    fn follow(&mut self, before: &Served, shadowing: Option<&Shadowing>) -> Option<Change> {
        let hash = self.plan.hash();
        if before.plan.hash() == hash {
            return None;
        }
        let Some(shadowing) = shadowing else { return Some(self.active()) };
        let known = before.shadow.as_ref().filter(|shadow| shadow.next.plan.hash() == hash);
        if let Some(known) = known {
            if known.is_insisted_on(self) {
                return Some(self.active());
            }
            *self = before.clone();
            return None;
        }
        let (name, events) = (self.name.clone(), shadowing.events);
        let change = Change::Compared { name, hash: hash.to_owned(), events };
        let shadow = Arc::new(Shadow::new(self.clone(), shadowing.clone()));
        *self = Served { shadow: Some(shadow), ..before.clone() };
        Some(change)
    }

    fn active(&self) -> Change {
        Change::Active { name: self.name.clone(), hash: self.plan.hash().to_owned() }
    }

    fn differs(&self, compared: &Compared) -> Change {
        Change::Differs {
            name: self.name.clone(),
            hash: self.plan.hash().to_owned(),
            file: self.file.clone(),
            events: compared.events,
            different: compared.different,
            kinds: compared.kinds.clone(),
        }
    }

    /// Compiles the text of a file; the error are its errors.
    pub(super) fn compile(text: &str, file: &Path) -> Result<Self, Vec<Diagnostic>> {
        let mut found = Diagnostics::new();
        let plan = compile::load(text, &mut found);
        if let Some(plan) = plan.filter(|_| !found.has_errors()) {
            let name = plan.destination().to_owned();
            return Ok(Self { name, plan: Arc::new(plan), file: file.to_owned(), saved: None, shadow: None });
        }
        let mut found = found.into_vec();
        found.retain(|finding| finding.severity == Severity::Error);
        Err(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(name: &str, file: &str) -> Served {
        let text = format!(
            "format: 1\ndestination: {name}\nservice: {{base_url: {{value: \"https://a.example\"}}}}\n\
             flows: {{identify: {{event: identify, steps: [{{person: {{post: /people}}}}]}}}}\n"
        );
        let plan = compile::load(&text, &mut Diagnostics::new()).unwrap();
        Served { name: name.into(), plan: Arc::new(plan), file: file.into(), saved: None, shadow: None }
    }

    #[test]
    fn a_name_may_be_in_any_case() {
        let mut mappings = Mappings::default();
        assert_eq!(mappings.add(served("example", "example.yaml")), None);
        assert!(mappings.get("EXAMPLE").is_some());
        assert!(mappings.get("sample").is_none());
    }

    #[test]
    fn the_namesake_is_served() {
        let mut mappings = Mappings::default();
        assert_eq!(mappings.add(served("example", "example-classic.yaml")), None);
        let back = mappings.add(served("example", "example.yaml")).unwrap();
        assert_eq!(
            (back.file, back.why),
            ("example-classic.yaml".into(), "`example` is served by example.yaml".into())
        );
        let back = mappings.add(served("example", "example-more.yaml")).unwrap();
        assert_eq!(back.file, Path::new("example-more.yaml"));
    }
}
