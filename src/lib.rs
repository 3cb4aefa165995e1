//! Mapwright sends customer events to a destination whose whole behaviour is one YAML file.

#![forbid(unsafe_code)]

pub mod case;
pub mod compile;
pub mod diag;
pub mod model;
pub mod run;
pub mod source;
pub mod value;
