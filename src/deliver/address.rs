//! Where requests go: the base URL of a mapping, or the endpoint that the user put in its place.
//!
//! A base URL comes out of a mapping and its settings, so it may not lead into the user's own network: addresses of
//! private, link-local and loopback ranges and the name `localhost` are refused. A user who names an endpoint on the
//! command line may go wherever they like. Plain http goes to loopback only, and so to an endpoint only.

use std::fmt;

use url::{Host, Url};

use super::inside::is_inside;

/// A checked base URL: scheme, host, port and path, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Scheme, host and port.
    root: Url,
    path: String,
    is_loopback: bool,
    outside: Option<String>,
}

/// Why an address is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressError {
    what: &'static str,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Problem {
    Malformed(url::ParseError),
    NoHost,
    Scheme(String),
    PlainHttp(String),
    Private(String),
    Extra(&'static str),
}

impl std::error::Error for AddressError {}

impl fmt::Display for AddressError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the {} ", self.what)?;
        match &self.problem {
            Problem::Malformed(error) => write!(formatter, "is not a URL: {error}"),
            Problem::NoHost => formatter.write_str("has no host"),
            Problem::Scheme(scheme) => write!(formatter, "must begin with https://, not {scheme}:"),
            Problem::PlainHttp(host) => {
                write!(
                    formatter,
                    "must begin with https://: plain http goes to this machine only, not to {host}"
                )
            }
            Problem::Private(host) => write!(
                formatter,
                "leads to {host}, which is inside a private network; to send there, give it as --endpoint"
            ),
            Problem::Extra(part) => write!(formatter, "must not have {part}"),
        }
    }
}

impl Address {
    /// Takes the base URL as it is.
    pub fn of_base_url(base_url: &str) -> Result<Self, AddressError> {
        let address = Self::read("base URL", base_url)?;
        let (_, host) = parse("base URL", base_url)?;
        if leads_inside(&host) {
            return Err(AddressError { what: "base URL", problem: Problem::Private(host.to_string()) });
        }
        let outside = host_name(host);
        Ok(Self { outside, ..address })
    }

    /// Whether requests can go to an endpoint, whatever the base URL is.
    ///
    /// # Errors
    /// Why they cannot.
    #[cfg(feature = "host")]
    pub(crate) fn check_endpoint(endpoint: &str) -> Result<(), AddressError> {
        Self::at_endpoint("https://a.example", endpoint).map(drop)
    }

    /// Takes scheme, host and port of the endpoint and the path of the base URL.
    pub fn at_endpoint(base_url: &str, endpoint: &str) -> Result<Self, AddressError> {
        let (base, _) = parse("base URL", base_url)?;
        let mut address = Self::read("endpoint", endpoint)?;
        if !address.path.is_empty() {
            let problem = Problem::Extra("a path; the one of the mapping's base URL is kept");
            return Err(AddressError { what: "endpoint", problem });
        }
        base.path().trim_end_matches('/').clone_into(&mut address.path);
        Ok(address)
    }

    /// The URL of a target, which is a path with a query; `None` when it would leave the base URL.
    #[must_use]
    pub fn url_of(&self, target: &str) -> Option<Url> {
        target.starts_with('/').then(|| self.join(&format!("{}{target}", self.path))).flatten()
    }

    /// The URL of a path from the root of the host.
    #[must_use]
    pub fn url_from_root(&self, path: &str) -> Option<Url> {
        path.starts_with('/').then(|| self.join(path)).flatten()
    }

    /// Whether it leads to this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// A host name that must not lead into a private network when it is looked up.
    #[must_use]
    pub(super) fn outside(&self) -> Option<&str> {
        self.outside.as_deref()
    }

    /// Whether requests go without TLS, which they do to this machine only.
    #[must_use]
    pub(super) fn is_plain(&self) -> bool {
        self.root.scheme() == "http"
    }

    /// Whatever the URL parser would change (dot segments, backslashes, blanks) is refused, not sent elsewhere. Scheme
    /// and host have been parsed once; a fragment is never sent.
    fn join(&self, target: &str) -> Option<Url> {
        let target = target.split_once('#').map_or(target, |(target, _)| target);
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let mut url = self.root.clone();
        url.set_path(path);
        url.set_query(query);
        (url.path() == path && url.query() == query).then_some(url)
    }

    fn read(what: &'static str, text: &str) -> Result<Self, AddressError> {
        let error = |problem| Err(AddressError { what, problem });
        let (url, host) = parse(what, text)?;
        if !url.username().is_empty() || url.password().is_some() {
            return error(Problem::Extra("a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return error(Problem::Extra("a query or fragment"));
        }
        let is_loopback = is_this_machine(&host);
        match url.scheme() {
            "https" => {}
            "http" if is_loopback => {}
            "http" => return error(Problem::PlainHttp(host.to_string())),
            other => return error(Problem::Scheme(other.to_owned())),
        }
        let path = url.path().trim_end_matches('/').to_owned();
        let mut root = url;
        root.set_path("");
        Ok(Self { root, path, is_loopback, outside: None })
    }
}

fn parse(what: &'static str, text: &str) -> Result<(Url, Host), AddressError> {
    let error = |problem| AddressError { what, problem };
    let url = Url::parse(text).map_err(|problem| error(Problem::Malformed(problem)))?;
    let host = url.host().map(|host| host.to_owned()).ok_or_else(|| error(Problem::NoHost))?;
    Ok((url, host))
}

fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Domain(name) => is_localhost(name),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.to_canonical().is_loopback(),
    }
}

/// Names are looked up later, when they are connected to; what they lead to is checked then.
fn leads_inside(host: &Host) -> bool {
    match host {
        Host::Domain(name) => is_localhost(name),
        Host::Ipv4(ip) => is_inside((*ip).into()),
        Host::Ipv6(ip) => is_inside((*ip).into()),
    }
}

fn host_name(host: Host) -> Option<String> {
    match host {
        Host::Domain(name) => Some(name),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn goes_to(address: Result<Address, AddressError>, expected: &str) {
        assert_eq!(address.unwrap().url_of("/users?a=b%2Bc").unwrap().as_str(), expected);
    }

    #[track_caller]
    fn refused(base_url: &str, expected: &str) {
        assert_eq!(Address::of_base_url(base_url).unwrap_err().to_string(), expected);
    }

    #[track_caller]
    fn is_private(base_url: &str) {
        let error = Address::of_base_url(base_url).unwrap_err();
        assert!(matches!(error.problem, Problem::Private(_)), "{error}");
    }

    #[test]
    fn a_base_url_is_taken_as_it_is() {
        goes_to(
            Address::of_base_url("https://acme.example.com/api/v2"),
            "https://acme.example.com/api/v2/users?a=b%2Bc",
        );
        goes_to(Address::of_base_url("https://acme.example.com/"), "https://acme.example.com/users?a=b%2Bc");
    }

    #[test]
    fn an_endpoint_replaces_scheme_host_and_port() {
        let base = "https://acme.example.com:8443/api/v2";
        goes_to(
            Address::at_endpoint(base, "http://localhost:8085"),
            "http://localhost:8085/api/v2/users?a=b%2Bc",
        );
        goes_to(Address::at_endpoint(base, "https://10.0.0.7/"), "https://10.0.0.7/api/v2/users?a=b%2Bc");
        let root = Address::at_endpoint(base, "http://[::1]:80").unwrap().url_from_root("/oauth/tokens");
        assert_eq!(root.unwrap().as_str(), "http://[::1]/oauth/tokens");
    }

    #[test]
    fn an_endpoint_is_no_more_than_that() {
        let refused =
            |endpoint| Address::at_endpoint("https://a.example/v2", endpoint).unwrap_err().to_string();
        assert_eq!(
            refused("https://b.example/v1"),
            "the endpoint must not have a path; the one of the mapping's base URL is kept"
        );
        assert_eq!(refused("https://me:pw@b.example"), "the endpoint must not have a user name or password");
        assert_eq!(
            refused("http://10.0.0.7"),
            "the endpoint must begin with https://: plain http goes to this machine only, not to 10.0.0.7"
        );
        assert_eq!(refused("localhost:8085"), "the endpoint has no host");
    }

    #[test]
    fn a_base_url_does_not_lead_inside() {
        for host in [
            "127.0.0.1",
            "2130706433",
            "0x7f.1",
            "0251.0376.0251.0376",
            "0xa9fea9fe",
            "10.66051",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[fd00::1]",
            "[fe80::1]",
            "localhost",
            "LOCALHOST.",
            "a.localhost",
        ] {
            is_private(&format!("https://{host}/api"));
        }
        is_private("http://127.0.0.1:8085/v1");
        is_private("http://localhost/v1");
    }

    #[test]
    fn only_https_leaves_the_machine() {
        refused(
            "http://acme.example.com/api",
            "the base URL must begin with https://: plain http goes to this machine only, not to acme.example.com",
        );
        refused("ftp://acme.example.com", "the base URL must begin with https://, not ftp:");
        refused("https://a.example/?x=1", "the base URL must not have a query or fragment");
        refused("https://", "the base URL is not a URL: empty host");
    }

    #[test]
    fn a_target_cannot_leave_the_base_url() {
        let address = Address::of_base_url("https://a.example/api").unwrap();
        for target in
            ["/../admin", "/%2e%2e/admin", "/a/./b", "users", "@b.example/", "/a b", "/a\\b", "/a\n"]
        {
            assert_eq!(address.url_of(target), None, "{target:?}");
        }
        assert!(address.url_of("/a/%2F..%2F/b?x=%00&q=external_id%3A1").is_some());
        assert!(address.url_of("/users//x?page%5Bsize%5D=100").is_some());
    }
}
