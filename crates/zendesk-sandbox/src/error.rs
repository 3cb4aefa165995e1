//! What can go wrong outside the simulated API: binding the socket, and bad seeds or faults.

use std::fmt;
use std::io;
use std::net::SocketAddr;

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
}

impl fmt::Display for SandboxError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoopback(addr) => write!(out, "the sandbox listens on loopback only, not on {addr}"),
            Self::Bind(addr, _) => write!(out, "cannot listen on {addr}"),
            Self::Seed(why) => write!(out, "bad seed: {why}"),
            Self::Fault(why) => write!(out, "bad fault: {why}"),
        }
    }
}

impl std::error::Error for SandboxError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind(_, source) => Some(source),
            Self::NotLoopback(_) | Self::Seed(_) | Self::Fault(_) => None,
        }
    }
}
