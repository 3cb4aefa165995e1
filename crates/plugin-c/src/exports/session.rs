//! Sessions, and the replies of a network.

use std::mem::MaybeUninit;

use super::{Buffer, Mapping, Reply, Session};
use crate::guard;
use crate::pointers::text;
use crate::problem::{Problem, Status};

/// Opens a session for an account of the destination.
///
/// `settings` is a JSON object with the settings that the mapping declares; others are not looked at.
/// On success `*session` is a handle to be freed with `mapwright_session_free`, else null.
/// `MAPWRIGHT_STATUS_REFUSED`: the settings are wrong, or the `endpoint` of the options is; the problem names them
/// without their values. `problem` may be null. Threads may call it at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mapwright_session_open(
    mapping: Option<&Mapping>,
    settings: *const u8,
    length: usize,
    session: Option<&mut MaybeUninit<Option<Box<Session>>>>,
    problem: Option<&mut MaybeUninit<Buffer>>,
) -> Status {
    guard::make(session, problem, || {
        // SAFETY: the caller vouches for pointer and length.
        let settings = unsafe { text("the settings", settings, length) }?;
        mapping.ok_or_else(|| Problem::invalid("the mapping is null"))?.open(settings)
    })
}

/// Runs a list of events and waits for it: events of one user one after another, the others side by side.
///
/// `events` is a JSON list. Gives a list of the same length and order, for each event
/// `{"outcome": "delivered" | "skipped" | "rejected" | "failed", "why"?, "statusCode", "request"?}`. `why` says why
/// it was not delivered. `statusCode` is what a transformer host would be told: 299 delivered, 298 skipped, 4xx not
/// to be tried again, 429 and 5xx to be tried again. `request` is one that the mapping leaves to the program, and
/// makes the code 200.
/// `MAPWRIGHT_STATUS_REFUSED`: it is no list, or the mapping, loaded again, does not take the settings any more; no
/// event was run. A bad event is told in its place in the list, not by the status.
/// Threads may call it at the same time, for one session too; a callback of the network may not. Events of one user
/// that come in two calls at the same time have no order.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mapwright_session_transform(
    session: Option<&Session>,
    events: *const u8,
    length: usize,
    result: Option<&mut MaybeUninit<Buffer>>,
) -> Status {
    guard::answer(result, || {
        // SAFETY: the caller vouches for pointer and length.
        let events = unsafe { text("the events", events, length) }?;
        session.ok_or_else(|| Problem::invalid("the session is null"))?.transform(events)
    })
}

/// Frees a session and sets the pointer to null; does nothing when it is null already.
///
/// Not while a call of this handle is under way, and not in a callback of its mapping's network.
#[unsafe(no_mangle)]
pub extern "C" fn mapwright_session_free(session: Option<&mut Option<Box<Session>>>) {
    guard::drop_caught(session.and_then(Option::take));
}

/// Sets the reply to the request that a callback of the network is making. The bytes are copied.
///
/// `reply` is the pointer that the callback was given; it is dead once the callback has returned.
/// `MAPWRIGHT_STATUS_REFUSED`: the reply is not of one of the shapes at the top, or has been set before; what was set
/// before stays. `problem` may be null. To be called from one thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mapwright_reply_set(
    reply: Option<&mut Reply>,
    data: *const u8,
    length: usize,
    problem: Option<&mut MaybeUninit<Buffer>>,
) -> Status {
    guard::report(problem, || {
        // SAFETY: the caller vouches for pointer and length.
        let text = unsafe { text("the reply", data, length) }?;
        reply.ok_or_else(|| Problem::invalid("the reply is null"))?.set(text)
    })
}
