//! Arguments of `mapwright docs`.

use std::path::PathBuf;

use clap::Args;

/// Writes what a mapping does as Markdown, and checks documents against it
///
/// Settings, where each attribute comes from, what each flow requires and does. A document may hold blocks of this text
/// between comments: `<!-- mapwright docs FILE BLOCK -->` and `<!-- mapwright end -->`, where FILE is the mapping from
/// the folder of the document, and BLOCK one of settings, service, names, table NAME, flow NAME, graph NAME.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  mapwright docs > mapping.md
  mapwright docs mapping.yaml --block 'table user'
  mapwright docs --check README.md docs/mapping.md
  mapwright docs --write docs/mapping.md

With --check it ends with 1 when a block is not what its mapping says now, and shows the difference.")]
pub(in crate::cli) struct DocsArgs {
    /// Mapping file; without it, the `mapping:` of mapwright.yaml in the working folder
    #[arg(value_name = "MAPPING", conflicts_with_all = ["check", "write"])]
    pub(in crate::cli) mapping: Option<PathBuf>,

    /// The only block to print
    #[arg(long, value_name = "BLOCK", conflicts_with_all = ["check", "write"])]
    pub(in crate::cli) block: Option<String>,

    /// Documents whose blocks are compared with their mappings
    #[arg(long, value_name = "FILES", num_args = 1.., conflicts_with = "write")]
    pub(in crate::cli) check: Vec<PathBuf>,

    /// Documents whose blocks are written anew
    #[arg(long, value_name = "FILES", num_args = 1..)]
    pub(in crate::cli) write: Vec<PathBuf>,
}
