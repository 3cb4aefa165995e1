//! What a method and a path ask for. Paths do not distinguish case, and a slash at their end means nothing.

use super::proxy::Version;

/// A call that a host answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// Is somebody there?
    Health,
    /// Can it take events?
    Ready,
    /// What the host can do.
    Features,
    /// Version of the program.
    Version,
    /// Events of the router; the destination stands in the body.
    Router,
    /// Events of the processor, for a destination.
    Processor(String),
    /// One request that is made for the caller, for a destination.
    Proxy(Version, String),
    /// A request that is only tried, for a destination.
    ProxyTest(String),
    /// Events that the router wants joined; the destination stands in the body.
    Batch,
    /// Deletion of users.
    DeleteUsers,
}

impl Call {
    /// Its name among the counts: a path without the names of destinations.
    pub(super) fn route(&self) -> &'static str {
        match self {
            Call::Health => "/health",
            Call::Ready => "/ready",
            Call::Features => "/features",
            Call::Version => "/version",
            Call::Router => "/routerTransform",
            Call::Processor(_) => "/v0/destinations",
            Call::Proxy(Version::V0, _) => "/v0/destinations/proxy",
            Call::Proxy(Version::V1, _) => "/v1/destinations/proxy",
            Call::ProxyTest(_) => "/v0/destinations/proxyTest",
            Call::Batch => "/batch",
            Call::DeleteUsers => "/deleteUsers",
        }
    }

    /// Whether it asks for something that is at hand: such calls are answered however much is under way.
    pub(super) fn is_light(&self) -> bool {
        matches!(self, Call::Health | Call::Ready | Call::Features | Call::Version)
    }

    /// Reads a method and a path; `None` for what the host does not have.
    pub(super) fn of(method: &str, path: &str) -> Option<Call> {
        let path = path.trim_end_matches('/').to_ascii_lowercase();
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        match (method, parts.as_slice()) {
            ("GET" | "HEAD", ["health"]) => Some(Call::Health),
            ("GET" | "HEAD", ["ready"]) => Some(Call::Ready),
            ("GET", ["features"]) => Some(Call::Features),
            ("GET", ["version" | "buildversion" | "transformerbuildversion"]) => Some(Call::Version),
            ("POST", ["routertransform"]) => Some(Call::Router),
            ("POST", ["batch"]) => Some(Call::Batch),
            ("POST", ["deleteusers"]) => Some(Call::DeleteUsers),
            ("POST", ["v0", "destinations", name, "proxy"]) => {
                Some(Call::Proxy(Version::V0, (*name).to_owned()))
            }
            ("POST", ["v1", "destinations", name, "proxy"]) => {
                Some(Call::Proxy(Version::V1, (*name).to_owned()))
            }
            ("POST", [version, "destinations", name, "proxytest"]) if is_version(version) => {
                Some(Call::ProxyTest((*name).to_owned()))
            }
            ("POST", [version, "destinations", name]) if is_version(version) => {
                Some(Call::Processor((*name).to_owned()))
            }
            _ => None,
        }
    }
}

/// `v0`, `v1`, …
fn is_version(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::Call;

    #[test]
    fn case_and_a_last_slash_mean_nothing() {
        assert_eq!(Call::of("POST", "/routerTransform"), Some(Call::Router));
        assert_eq!(Call::of("POST", "/ROUTERTRANSFORM/"), Some(Call::Router));
        let processor = Some(Call::Processor("example".into()));
        assert_eq!(Call::of("POST", "/v0/destinations/Example"), processor);
        assert_eq!(Call::of("POST", "/v1/destinations/EXAMPLE/"), processor);
    }

    #[test]
    fn only_health_is_asked_by_head() {
        assert_eq!(Call::of("HEAD", "/health"), Some(Call::Health));
        assert_eq!(Call::of("HEAD", "/features"), None);
    }

    #[test]
    fn what_is_not_there() {
        for (method, path) in [
            ("GET", "/routerTransform"),
            ("POST", "/features"),
            ("POST", "/v/destinations/example"),
            ("POST", "/w0/destinations/example"),
            ("POST", "/v0/destinations/example/more"),
            ("GET", "/"),
            ("GET", ""),
        ] {
            assert_eq!(Call::of(method, path), None, "{method} {path}");
        }
    }
}
