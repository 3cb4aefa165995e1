//! The functions that C programs call. Their documentation is the header's, so it speaks to C programmers.
#![expect(
    unsafe_code,
    reason = "names are exported, and pointers with lengths come in; `pointers` turns them"
)]
#![expect(clippy::missing_safety_doc, reason = "what a caller owes is said once, at the top of the header")]

pub mod buffer;
pub mod mapping;
pub mod session;
pub mod version;

pub use crate::mapping::{Mapping, Session};
pub use crate::network::Reply;
pub use crate::pointers::{Buffer, Call, Network};
pub use crate::problem::Status;
