//! Where requests go: to the mapping's own host, to an endpoint of the user's, or to a sandbox in this process.

use super::args::TargetArgs;
use super::output::Problem;
use crate::deliver::{Address, AddressError, HttpLimits, HttpTransport};
use crate::run::Session;

/// An open target.
#[derive(Debug)]
pub(super) enum Target {
    /// The host that the mapping names.
    Mapping,
    /// What the user put in its place.
    Endpoint(String),
    /// A simulation; it ends with this value.
    #[cfg(feature = "sandbox")]
    Sandbox(sandbox::Sandbox),
}

impl TargetArgs {
    /// Whether the events go into a simulation.
    pub(super) fn is_sandbox(&self) -> bool {
        #[cfg(feature = "sandbox")]
        return self.sandbox;
        #[cfg(not(feature = "sandbox"))]
        return false;
    }
}

impl Target {
    /// Opens what the arguments ask for.
    pub(super) async fn open(args: &TargetArgs) -> Result<Self, Problem> {
        #[cfg(feature = "sandbox")]
        if args.sandbox {
            let started = sandbox::Sandbox::builder().start().await;
            return started.map(Target::Sandbox).map_err(|error| Problem::unreadable(error.to_string()));
        }
        Ok(args.endpoint.clone().map_or(Target::Mapping, Target::Endpoint))
    }

    /// The way to it for a session.
    pub(super) fn transport(&self, session: &Session) -> Result<HttpTransport, Problem> {
        let address = self.address(session.base_url())?;
        let transport = HttpTransport::new(address, session.headers(), HttpLimits::default());
        transport.map_err(|error| Problem::usage(error.to_string()))
    }

    /// The address for a mapping with this base URL.
    fn address(&self, base_url: &str) -> Result<Address, Problem> {
        let address: Result<Address, AddressError> = match self {
            Target::Mapping => Address::of_base_url(base_url),
            Target::Endpoint(endpoint) => Address::at_endpoint(base_url, endpoint),
            #[cfg(feature = "sandbox")]
            Target::Sandbox(sandbox) => Address::at_endpoint(base_url, &sandbox.url()),
        };
        address.map_err(|error| Problem::usage(error.to_string()))
    }

    /// Ends a simulation.
    pub(super) async fn close(self) {
        #[cfg(feature = "sandbox")]
        if let Target::Sandbox(sandbox) = self {
            sandbox.stop().await;
        }
    }
}
