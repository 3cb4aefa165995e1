//! Why a call did not do what it was asked: a status for programs, and JSON with the details.

use std::any::Any;

use mapwright::host::Unloaded;
use serde_json::{Value, json};

/// What became of a call.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Ok = 0,
    /// The call itself is wrong: a null pointer, a length above `PTRDIFF_MAX`, text that is not UTF-8, or a call from
    /// a place where it is not allowed. A bug of the program.
    InvalidArgument = 1,
    /// What was given is refused: a mapping with errors, options, settings or events that are not of their shape.
    Refused = 2,
    /// The machine failed: a file that cannot be read, threads or an HTTP client that cannot be had.
    Failed = 3,
    /// A bug of the library, which caught a panic. What the call was to do may be half done; handles stay usable.
    Panic = 4,
}

/// Why a call failed.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: Status,
    message: String,
    diagnostics: Option<Value>,
}

impl Problem {
    /// The call is wrong.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self { status: Status::InvalidArgument, message: message.into(), diagnostics: None }
    }

    /// What was given is refused.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { status: Status::Refused, message: message.into(), diagnostics: None }
    }

    /// The machine failed.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self { status: Status::Failed, message: message.into(), diagnostics: None }
    }

    /// A panic was caught.
    pub(crate) fn panicked(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        let message = format!("the library panicked: {}", text.unwrap_or("no reason is known"));
        Self { status: Status::Panic, message, diagnostics: None }
    }

    /// `{"message": "…", "diagnostics": […]}`, the second only for a mapping with errors.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let mut told = json!({"message": self.message});
        if let (Some(told), Some(diagnostics)) = (told.as_object_mut(), &self.diagnostics) {
            told.insert("diagnostics".to_owned(), diagnostics.clone());
        }
        told.to_string().into_bytes()
    }
}

impl From<Unloaded> for Problem {
    fn from(unloaded: Unloaded) -> Self {
        let message = unloaded.to_string();
        match unloaded {
            Unloaded::Errors { diagnostics, .. } => {
                Self { diagnostics: Some(diagnostics), ..Self::refused(message) }
            }
            Unloaded::Client(_) => Self::failed(message),
            _ => Self::refused(message),
        }
    }
}
