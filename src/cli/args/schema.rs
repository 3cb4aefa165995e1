//! Arguments of `mapwright schema`.

use clap::{Args, ValueEnum};

use super::MappingArgs;

/// Prints the JSON Schemas of the files that users write
///
/// Editors with a YAML language server complete and check the files with it: the first line of a file names its schema,
/// as in `# yaml-language-server: $schema=mapping.schema.json`. The schemas are of draft 2020-12.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright schema > mapping.schema.json
  mapwright schema case > case.schema.json
  mapwright schema config --mapping mapping.yaml > config.schema.json
  mapwright schema project > project.schema.json")]
pub(in crate::cli) struct SchemaArgs {
    /// Which files
    #[arg(value_enum, default_value_t)]
    pub(in crate::cli) of: SchemaOf,

    #[command(flatten)]
    pub(in crate::cli) mapping: MappingArgs,
}

/// Files that have a schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SchemaOf {
    /// Mappings
    #[default]
    Mapping,
    /// Test cases
    Case,
    /// Settings of one mapping, for --config
    Config,
    /// mapwright.yaml
    Project,
}
