//! How requests leave the process: over HTTP, or into a script of replies.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::pace::Standing;
use crate::run::{Answer, Request};
use crate::value::Secret;

/// An answer on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// Carries requests to the destination, one at a time, without any repeat, cache or wait of its own.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends a request of a run to the base URL. `authorization` is the value of the header of that name.
    fn send<'a>(&'a self, request: &'a Request, authorization: Option<&'a Secret>) -> Sending<'a>;

    /// What the latest reply said of the account's limit, once.
    fn take_standing(&self) -> Option<Standing> {
        None
    }

    /// Asks for an access token: a form posted to a path from the root of the base URL's host.
    fn ask_token<'a>(&'a self, path: &'a str, form: &'a Secret) -> Sending<'a>;

    /// Requests that the destination still allows, as its last reply says; `None` where replies do not say it.
    fn rate_left(&self) -> Option<u64> {
        None
    }

    /// Hears of a request whose answer is shared: whether one was there or on its way, or this one makes it. For those
    /// who count; the answer does not depend on it.
    fn shared(&self, is_there: bool) {
        let _ = is_there;
    }
}
