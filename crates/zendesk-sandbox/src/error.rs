//! What can go wrong outside the simulated API: binding the socket, and bad seeds or faults.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the sandbox could not start, or would not take what it was given.
#[derive(Debug)]
#[non_exhaustive]
pub enum SandboxError {
    /// The address to listen on is not a loopback address.
    NotLoopback(SocketAddr),
    /// The address could not be bound.
    Bind(SocketAddr, io::Error),
    /// The seed has the wrong shape or contradicts itself; nothing of it was kept.
    Seed(String),
    /// The fault has the wrong shape.
    Fault(String),
    /// There is no such setting, or its value does not fit.
    Setting(String),
    /// The state could not be read from its file, or written to it.
    StateFile(PathBuf, String),
}

impl fmt::Display for SandboxError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(addr) => write!(out, "the sandbox listens on loopback only, not on {addr}"),
            Self::Bind(addr, _) => write!(out, "cannot listen on {addr}"),
            Self::Seed(why) => write!(out, "bad seed: {why}"),
            Self::Fault(why) => write!(out, "bad fault: {why}"),
            Self::Setting(why) => out.write_str(why),
            Self::StateFile(path, why) => write!(out, "{}: {why}", path.display()),
        }
    }
}

impl std::error::Error for SandboxError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind(_, source) => Some(source),
            Self::NotLoopback(_)
            | Self::Seed(_)
            | Self::Fault(_)
            | Self::Setting(_)
            | Self::StateFile(..) => None,
        }
    }
}
