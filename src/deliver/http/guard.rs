//! The look-up of host names, with what leads inside left out.
//!
//! A name comes out of a mapping and its settings, and whoever owns it decides where it leads: to a private address, or
//! to a public one first and to a private one later. So the addresses are checked at each look-up, which is what the
//! connection is made to.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::super::inside::is_inside;

/// Finds the addresses of host names.
pub(super) trait LookUp: Send + Sync {
    /// The addresses of a name.
    fn look_up(&self, name: String) -> Found;
}

/// Addresses on their way.
pub(super) type Found = std::pin::Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Asks this machine, as other programs do.
pub(super) struct System;

impl LookUp for System {
    fn look_up(&self, name: String) -> Found {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
    }
}

/// Gives those addresses of a host that do not lead inside. Other names are those of the user's own proxies.
pub(super) struct Guard {
    pub(super) host: String,
    pub(super) look_up: Arc<dyn LookUp>,
}

/// What is told of a name whose addresses all lead inside.
pub(super) const LEADS_INSIDE: &str =
    "the host name leads into a private network; to send there, give it as --endpoint";

/// All addresses of a name lead inside.
#[derive(Debug)]
pub(super) struct LeadsInside;

impl fmt::Display for LeadsInside {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(LEADS_INSIDE)
    }
}

impl std::error::Error for LeadsInside {}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let is_guarded = name.as_str() == self.host;
        let found = self.look_up.look_up(name.as_str().to_owned());
        Box::pin(async move {
            let mut found = found.await?;
            let is_found = !found.is_empty();
            found.retain(|address| !is_guarded || !is_inside(address.ip()));
            if is_found && found.is_empty() {
                return Err(LeadsInside.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
