//! The state in a file: everything a dump has, and what a dump does not show.

use std::path::Path;

use serde_json::{Value, json};

use crate::clock;
use crate::dump;
use crate::error::SandboxError;
use crate::events::profiles;
use crate::seed;
use crate::state::State;

impl State {
    /// Loads the state from its file, when there is one.
    pub(crate) fn load(&mut self) -> Result<(), SandboxError> {
        let Some(path) = self.config.state_file.clone() else { return Ok(()) };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(SandboxError::StateFile(path, error.to_string())),
        };
        let bad = |why: String| SandboxError::StateFile(path.clone(), why);
        let mut saved: Value = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
        let hidden = saved.as_object_mut().and_then(|saved| saved.shift_remove("sandbox"));
        let at = self.clock.now();
        seed::apply(&mut self.account, &saved, at).map_err(|error| bad(error.to_string()))?;
        let number =
            |key: &str| hidden.as_ref().and_then(|hidden| hidden.get(key)?.as_i64()).unwrap_or_default();
        self.account.resume_sequence((number("next_id"), number("n_ids").unsigned_abs()));
        Ok(())
    }

    /// Writes the state to its file, when one was named.
    pub(crate) fn save(&mut self) -> Result<(), SandboxError> {
        self.run_jobs();
        let Some(path) = self.config.state_file.clone() else { return Ok(()) };
        let mut saved = dump::state(&self.account, &self.base);
        let account = &self.account;
        let (next_id, n_ids) = account.sequence();
        let purged: Vec<Value> = account
            .users
            .deleted()
            .filter_map(|user| Some((user.id, account.users.purged_at(user.id)?)))
            .map(|(id, at)| json!({"id": id, "at": clock::seconds(at)}))
            .collect();
        let profiles: Vec<Value> = account.events.profiles().map(profiles::saved).collect();
        if let Some(saved) = saved.as_object_mut() {
            saved.insert("permanently_deleted".to_owned(), json!(purged));
            saved.insert("profiles".to_owned(), json!(profiles));
            saved.insert("sandbox".to_owned(), json!({"next_id": next_id, "n_ids": n_ids}));
        }
        write(&path, &saved).map_err(|error| SandboxError::StateFile(path, error.to_string()))
    }
}

/// Writes a file beside the old one and puts it in its place, so a crash leaves one of the two whole.
fn write(path: &Path, value: &Value) -> std::io::Result<()> {
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, serde_json::to_string_pretty(value)?)?;
    std::fs::rename(&fresh, path)
}
