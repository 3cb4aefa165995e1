//! What a mapping does, as Markdown: settings, attributes, flows.
//!
//! In comes a mapping, out goes text: a whole page, or one block of it. Documents hold blocks between two comments
//! ([`refresh`]), so that what they say can be held against the mapping. Nothing here reads a file.

mod blocks;
mod flows;
mod markdown;
mod rows;
mod service;
mod settings;
mod tables;

use std::fmt::{self, Display, Formatter, Write};
use std::str::FromStr;

pub use blocks::{BadDocument, Refreshed, Written, refresh};

use crate::graph;
use crate::model::{Mapping, Named};

/// A piece of a page that stands for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// All settings.
    Settings,
    /// Where requests go, how they log in, what answers mean.
    Service,
    /// Names of the whole file.
    Names,
    /// A table, by its name.
    Table(String),
    /// What a flow requires and does, by its name.
    Flow(String),
    /// A picture of a flow, by its name.
    Graph(String),
}

impl Block {
    /// How blocks are spelt.
    pub const FORMS: &'static str = "settings, service, names, table NAME, flow NAME, graph NAME";
}

/// That no block is spelt so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoBlock(String);

impl Display for NoBlock {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` is no block; there are {}", self.0, Block::FORMS)
    }
}

impl std::error::Error for NoBlock {}

impl FromStr for Block {
    type Err = NoBlock;

    fn from_str(text: &str) -> Result<Self, NoBlock> {
        let (word, name) = text.split_once(' ').unwrap_or((text, ""));
        let name = name.trim().to_owned();
        match (word, name.is_empty()) {
            ("settings", true) => Ok(Block::Settings),
            ("service", true) => Ok(Block::Service),
            ("names", true) => Ok(Block::Names),
            ("table", false) => Ok(Block::Table(name)),
            ("flow", false) => Ok(Block::Flow(name)),
            ("graph", false) => Ok(Block::Graph(name)),
            _ => Err(NoBlock(text.to_owned())),
        }
    }
}

impl Display for Block {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Block::Settings => formatter.write_str("settings"),
            Block::Service => formatter.write_str("service"),
            Block::Names => formatter.write_str("names"),
            Block::Table(name) => write!(formatter, "table {name}"),
            Block::Flow(name) => write!(formatter, "flow {name}"),
            Block::Graph(name) => write!(formatter, "graph {name}"),
        }
    }
}

/// The text of a block; `None` when the mapping has nothing of that name. It ends with a line break unless it is empty.
#[must_use]
pub fn block(mapping: &Mapping, block: &Block) -> Option<String> {
    Some(match block {
        Block::Settings => settings::settings(mapping),
        Block::Service => service::service(mapping),
        Block::Names => rows::table("name", &mapping.names),
        Block::Table(name) => tables::table(named(&mapping.tables, name)?),
        Block::Flow(name) => flows::flow(mapping, named(&mapping.flows, name)?),
        Block::Graph(name) => {
            named(&mapping.flows, name)?;
            format!("```mermaid\n{}```\n", graph::mermaid(&graph::graph(mapping, Some(name))))
        }
    })
}

/// All about a mapping.
#[must_use]
pub fn page(mapping: &Mapping) -> String {
    let mut page = format!("# {}\n", markdown::plain(&mapping.destination.text));
    if let Some(about) = &mapping.about {
        let _ = write!(page, "\n{}\n", markdown::plain(about));
    }
    let mut section = |title: &str, of: &Block| {
        let text = block(mapping, of).unwrap_or_default();
        if !text.is_empty() {
            let _ = write!(page, "\n{title}\n\n{text}");
        }
    };
    section("## Settings", &Block::Settings);
    section("## Service", &Block::Service);
    section("## Names", &Block::Names);
    for table in &mapping.tables {
        let name = &table.name.text;
        section(&format!("## Table {}", markdown::plain(name)), &Block::Table(name.clone()));
    }
    for flow in &mapping.flows {
        let name = &flow.name.text;
        section(&format!("## Flow {}", markdown::plain(name)), &Block::Flow(name.clone()));
    }
    page
}

fn named<'m, T>(all: &'m [Named<T>], name: &str) -> Option<&'m T> {
    all.iter().find(|one| one.name.text == name).map(|one| &one.item)
}
