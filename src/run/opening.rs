//! What opening a session uses of the mapping: base URL, headers, the choice of a login.
//!
//! Looked at once more for those who count, so that opening itself counts nothing.

use std::cell::RefCell;

use super::eval::{Eval, Recorder};
use super::session::Session;
use crate::compile::LoginPlan;
use crate::json::Arena;
use crate::model::Marks;

impl Session {
    /// What its opening has used of the mapping.
    #[must_use]
    pub fn marks(&self) -> Marks {
        let recorder = RefCell::new(Recorder::of_run(false, true));
        let arena = Arena::new();
        let eval = Eval::of_settings(self.settings(), &arena).watched_by(&recorder);
        let service = &self.plan().service;
        // What cannot be had has kept no session from being opened.
        let _ = eval.text_of(&service.base_url);
        let _ = eval.texts(&service.headers);
        for (when, login) in &service.auth {
            let is_chosen = when.as_ref().is_none_or(|when| eval.passes_marked(when).unwrap_or(false));
            if is_chosen {
                if let LoginPlan::Basic { user, .. } = login {
                    let _ = eval.text_of(user);
                }
                break;
            }
        }
        recorder.take().trace.marks
    }
}
