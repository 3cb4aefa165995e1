//! Mapwright as a C library: a mapping is loaded, sessions are opened for accounts, batches of events are run.
//!
//! Payloads are JSON in UTF-8, given as pointer and length; what comes back is in a buffer of the library. The header
//! `include/mapwright.h` is made of the documentation in [`exports`] and is the reference for C programs.
//!
//! ```text
//! C program ─ exports ─ guard ─▶ mapping, session ─▶ mapwright::host::Plugin
//!     ▲          └ pointers                                    │
//!     └──────────────── network (the program's own) ◀──────────┘
//! ```
//!
//! `unsafe` code stands in [`exports`] and `pointers` only.

pub mod exports;
mod guard;
mod mapping;
mod network;
mod options;
mod pointers;
mod problem;
