//! What stands around every call: panics end here, and what it gives goes into the caller's buffer.

use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::pointers::Buffer;
use crate::problem::{Problem, Status};

// A place that a caller gives may hold anything before it is written, so it is a `MaybeUninit`.

/// Runs a call that gives bytes. Without a place for them it is not run.
pub(crate) fn answer(
    result: Option<&mut MaybeUninit<Buffer>>,
    work: impl FnOnce() -> Result<Vec<u8>, Problem>,
) -> Status {
    let Some(result) = result else { return Status::InvalidArgument };
    told(caught(work), Some(result))
}

/// Runs a call that gives nothing but, if there is a place for it, its problem.
pub(crate) fn report(
    problem: Option<&mut MaybeUninit<Buffer>>,
    work: impl FnOnce() -> Result<(), Problem>,
) -> Status {
    told(caught(work).map(|()| Vec::new()), problem)
}

/// Runs a call that makes a handle, null when there is a problem.
pub(crate) fn make<T>(
    handle: Option<&mut MaybeUninit<Option<Box<T>>>>,
    problem: Option<&mut MaybeUninit<Buffer>>,
    work: impl FnOnce() -> Result<T, Problem>,
) -> Status {
    let Some(handle) = handle else {
        return told(Err(Problem::invalid("the place for the handle is null")), problem);
    };
    let (made, done) = match caught(work) {
        Ok(made) => (Some(Box::new(made)), Ok(Vec::new())),
        Err(problem) => (None, Err(problem)),
    };
    handle.write(made);
    told(done, problem)
}

/// Drops what a caller gives back.
pub(crate) fn drop_caught<T>(given: T) {
    // There is nobody to tell of a panic; the hook for panics has printed it.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(given)));
}

fn caught<T>(work: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(Problem::panicked(&*panic)))
}

fn told(done: Result<Vec<u8>, Problem>, place: Option<&mut MaybeUninit<Buffer>>) -> Status {
    let (status, bytes) = match done {
        Ok(bytes) => (Status::Ok, bytes),
        Err(problem) => (problem.status, problem.to_json()),
    };
    if let Some(place) = place {
        place.write(Buffer::of(bytes));
    }
    status
}
