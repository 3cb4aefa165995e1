//! Mapwright sends customer events to a destination whose whole behaviour is one YAML file.

#![forbid(unsafe_code)]

pub mod case;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compile;
#[cfg(feature = "http")]
pub mod deliver;
pub mod diag;
pub mod model;
pub mod run;
pub mod source;
pub mod value;
