//! `mapwright plan` and `mapwright deliver --plan` on the command line.
