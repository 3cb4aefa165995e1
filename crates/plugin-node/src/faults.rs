//! Faults on purpose, in debug builds only, so that the tests see what becomes of them.
#![expect(clippy::panic, reason = "it is there for that")]

use napi_derive::napi;

/// Is called on the event loop.
///
/// # Panics
/// Always.
#[napi(catch_unwind)]
pub fn panic_now() {
    panic!("a panic in a call");
}

/// Runs on a thread of the addon.
///
/// # Panics
/// Always.
#[napi(catch_unwind)]
pub async fn panic_later() {
    panic!("a panic behind a promise");
}
