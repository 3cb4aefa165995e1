//! What events would do to a destination, before anything is done.
//!
//! ```text
//! event ─▶ Planner: run ⇄ reads, asked in earnest    ─▶ EventPlan ─▶ text, JSON, a saved plan
//!                       ⇄ writes, which are supposed
//! ```
//!
//! A [`Planner`] takes the events of one delivery in their order. Its runs ask for reads, which a driver answers, and go
//! on without an answer to their writes. What a write would give is known after apply only; what earlier events of the
//! plan will have changed is foreseen where that is sure, and told as unknown where it is not. [`Follow`] holds the
//! requests of a delivery against a plan. Nothing here does any I/O.

mod change;
mod event;
mod follow;
mod foreseen;
mod json;
mod planner;
mod saved;
mod seen;
mod tally;
mod text;

pub use change::Change;
pub use event::{Ending, EventPlan, PlannedRead, PlannedWrite};
pub use follow::{Follow, Moved, difference};
pub use planner::{Planner, Step, Walk};
pub use saved::{BadPlan, SavedEvent, SavedPlan, fingerprint};
pub use tally::Tally;
pub use text::described;
