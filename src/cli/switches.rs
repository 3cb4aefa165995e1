//! The switches of the sandbox as flags: made from its own table, so a new one needs no line here.

use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};
use sandbox::{SETTINGS, Setting};
use serde_json::Value;

/// What the flags say, by the names of the switches.
#[derive(Clone, Debug, Default)]
pub(super) struct Switches(pub(super) Vec<(String, Value)>);

impl Args for Switches {
    fn augment_args(command: Command) -> Command {
        SETTINGS.iter().fold(command, |command, setting| command.arg(flag(setting)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Switches {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = |setting: &Setting| {
            let value = matches.get_one::<String>(setting.name)?;
            Some((setting.name.to_owned(), Value::String(value.clone())))
        };
        Ok(Self(SETTINGS.iter().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn flag(setting: &Setting) -> Arg {
    let flag = Arg::new(setting.name)
        .long(setting.flag)
        .value_name(setting.value)
        .help(format!("{} [default: {}]", setting.text, setting.default))
        .help_heading("Switches");
    if setting.value == "BOOL" {
        flag.num_args(0..=1).require_equals(true).default_missing_value("true")
    } else {
        flag
    }
}
