//! Arguments of `mapwright schema`.

use clap::{Args, ValueEnum};

/// Prints the JSON Schema of mapping files or of case files
///
/// Editors with a YAML language server complete and check the files with it.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright schema > schemas/mapping.schema.json
  mapwright schema case > schemas/case.schema.json")]
pub(in crate::cli) struct SchemaArgs {
    /// Which files
    #[arg(value_enum, default_value_t)]
    pub(in crate::cli) of: SchemaOf,
}

/// Files that have a schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SchemaOf {
    /// Mappings
    #[default]
    Mapping,
    /// Test cases
    Case,
}
