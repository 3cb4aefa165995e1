//! Building the tree out of the events of the positional reader, with a stack of its own and no recursion.
//!
//! In: a text. Out: its tree, findings about keys, tags, aliases and limits, and where the syntax broke, if it did.
//! Must not know the meaning of keys.

use std::collections::BTreeMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};

use super::document::{Key, Kind, Node};
use super::syntax::{self, Failure};
use super::{MOST_DEPTH, MOST_FINDINGS, MOST_NODES, hygiene};
use crate::diag::{Diagnostics, Span};

/// What one reading of a text gave.
pub(super) struct Attempt {
    /// The root, if it is a map and nothing fatal was found.
    pub(super) root: Option<Node>,
    /// Where and why the syntax broke.
    pub(super) failure: Option<Failure>,
    /// Findings, apart from broken syntax and templates.
    pub(super) diagnostics: Diagnostics,
    /// Bare templates that are valid YAML.
    pub(super) templates: Vec<Span>,
}

/// Reads the first document of `text`.
pub(super) fn build(text: &str) -> Attempt {
    let mut builder = Builder::new(text);
    let mut failure = None;
    for step in Parser::new_from_str_with_options(text, options()) {
        match step {
            Ok((event, span)) => builder.take(event, span),
            Err(error) => {
                failure = Some(Failure::new(&error, text));
                break;
            }
        }
        if builder.stopped {
            break;
        }
    }
    builder.finish(failure)
}

/// Aliases go on as events so that all of them are found; the end of a block text is read as `serde_yaml` reads it.
fn options() -> Options {
    granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        disallow_directives: true,
        block_scalar_eof_without_line_feed: true,
    }
}

/// A list or map that is not closed yet.
struct Open {
    start: usize,
    /// End of the last key or value inside; the end of a block, which has no closing bracket.
    end: usize,
    is_flow: bool,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map {
        entries: Vec<(Key, Node)>,
        seen: BTreeMap<String, Span>,
        key: Pending,
    },
    /// The inner braces of a bare template, or the outer ones.
    Template,
}

/// Which half of an entry comes next.
enum Pending {
    Key,
    Value(Key),
    /// The value of a key that was refused.
    Nothing,
}

struct Builder<'t> {
    text: &'t str,
    stack: Vec<Open>,
    root: Option<Node>,
    n_nodes: usize,
    n_documents: usize,
    /// Nothing more is to be read.
    stopped: bool,
    /// The tree cannot be used.
    fatal: bool,
    diagnostics: Diagnostics,
    templates: Vec<Span>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            stack: Vec::new(),
            root: None,
            n_nodes: 0,
            n_documents: 0,
            stopped: false,
            fatal: false,
            diagnostics: Diagnostics::new(),
            templates: Vec::new(),
        }
    }

    fn take(&mut self, event: Event<'_>, at: granit_parser::Span) {
        let span = bytes_of(&at);
        if let Some(tag) = at.tag_span() {
            self.diagnostics.tag(bytes_of(&tag));
        }
        match event {
            Event::DocumentStart(..) => self.document_start(span),
            Event::Anchor(_, name) => {
                self.diagnostics.anchor(span, &name);
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => self.alias(span),
            Event::Scalar(text, style, ..) => self.scalar(text.into_owned(), style, span),
            Event::SequenceStart(style, ..) => self.open(span, style, Content::List(Vec::new())),
            Event::MappingStart(style, ..) => self.open_map(span, style),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            _ => {}
        }
    }

    fn document_start(&mut self, span: Span) {
        self.n_documents += 1;
        if self.n_documents == 2 {
            self.diagnostics.many_documents(span);
            self.stopped = true;
        }
    }

    fn alias(&mut self, span: Span) {
        self.diagnostics.alias(span);
        self.fatal = true;
        self.count(span);
        self.place(Node { span, kind: Kind::Scalar { text: String::new(), plain: true } });
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, span: Span) {
        self.count(span);
        let plain = matches!(style, ScalarStyle::Plain);
        // The reader gives `~` for a value that is not there.
        let text = if plain && span.start == span.end { String::new() } else { text };
        self.place(Node { span, kind: Kind::Scalar { text, plain } });
    }

    fn open_map(&mut self, span: Span, style: StructureStyle) {
        let outer = self.stack.last_mut().filter(|open| open.is_flow && open.start + 1 == span.start);
        let is_template = self.text.get(span.start..).is_some_and(|rest| rest.starts_with("{{"));
        let content = match outer.map(|open| &open.content) {
            Some(Content::Template) => Content::Template,
            _ if is_template && matches!(style, StructureStyle::Flow) => {
                if self.templates.len() < MOST_FINDINGS {
                    self.templates.push(syntax::template_at(self.text, span.start));
                }
                Content::Template
            }
            _ => Content::Map { entries: Vec::new(), seen: BTreeMap::new(), key: Pending::Key },
        };
        self.open(span, style, content);
    }

    fn open(&mut self, span: Span, style: StructureStyle, content: Content) {
        self.count(span);
        if self.stack.len() >= MOST_DEPTH {
            self.diagnostics.too_deep(span, MOST_DEPTH);
            (self.stopped, self.fatal) = (true, true);
            return;
        }
        let is_flow = matches!(style, StructureStyle::Flow);
        self.stack.push(Open { start: span.start, end: span.end, is_flow, content });
    }

    fn close(&mut self, span: Span) {
        let Some(open) = self.stack.pop() else { return };
        let end = if open.is_flow { span.end } else { open.end };
        let kind = match open.content {
            Content::List(nodes) => Kind::List(nodes),
            Content::Map { entries, .. } => Kind::Map(entries),
            Content::Template => {
                let text = self.text.get(open.start..end).unwrap_or_default().to_owned();
                Kind::Scalar { text, plain: false }
            }
        };
        self.place(Node { span: Span::new(open.start, end.max(open.start)), kind });
    }

    fn count(&mut self, span: Span) {
        self.n_nodes += 1;
        if self.n_nodes > MOST_NODES {
            self.diagnostics.too_many_nodes(span, MOST_NODES);
            (self.stopped, self.fatal) = (true, true);
        }
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, mut node: Node) {
        let Some(open) = self.stack.last_mut() else {
            hygiene::check_scalar(&node, &mut self.diagnostics);
            self.root = Some(node);
            return;
        };
        match &mut open.content {
            Content::Template => open.end = open.end.max(node.span.end),
            Content::List(nodes) => {
                hygiene::check_scalar(&node, &mut self.diagnostics);
                open.end = open.end.max(node.span.end);
                nodes.push(node);
            }
            Content::Map { entries, seen, key } => {
                open.end = open.end.max(node.span.end);
                *key = match std::mem::replace(key, Pending::Key) {
                    Pending::Key => next_key(node, seen, &mut self.diagnostics),
                    Pending::Value(own) => {
                        move_empty(&mut node, own.span);
                        hygiene::check_scalar(&node, &mut self.diagnostics);
                        entries.push((own, node));
                        Pending::Key
                    }
                    Pending::Nothing => Pending::Key,
                };
            }
        }
    }

    fn finish(mut self, failure: Option<Failure>) -> Attempt {
        let is_broken = failure.is_some() || self.fatal;
        let root = match self.root.take() {
            Some(Node { kind: Kind::Scalar { text, plain: true }, .. }) if text.is_empty() && !is_broken => {
                self.diagnostics.empty_file();
                None
            }
            Some(node @ Node { kind: Kind::Map(_), .. }) if !is_broken => Some(node),
            Some(node) if !is_broken => {
                if self.templates.is_empty() {
                    self.diagnostics.not_a_map(node.span, noun(&node.kind));
                }
                None
            }
            None if !is_broken => {
                self.diagnostics.empty_file();
                None
            }
            _ => None,
        };
        Attempt { root, failure, diagnostics: self.diagnostics, templates: self.templates }
    }
}

/// What to do with the value that follows, now that its key is known.
fn next_key(node: Node, seen: &mut BTreeMap<String, Span>, diagnostics: &mut Diagnostics) -> Pending {
    let span = node.span;
    let Kind::Scalar { text, plain } = node.kind else {
        diagnostics.bad_key(span, noun(&node.kind));
        return Pending::Nothing;
    };
    if plain && text.is_empty() {
        diagnostics.bad_key(span, "nothing");
        return Pending::Nothing;
    }
    if plain && text == "<<" {
        diagnostics.merge_key(span);
        return Pending::Nothing;
    }
    if let Some(first) = seen.get(&text) {
        diagnostics.duplicate_key(span, &text, *first);
        return Pending::Nothing;
    }
    seen.insert(text.clone(), span);
    Pending::Value(Key { text, span, plain })
}

/// A value that is not there stands just after its key.
fn move_empty(node: &mut Node, key: Span) {
    if matches!(&node.kind, Kind::Scalar { text, plain: true } if text.is_empty()) {
        node.span = Span::at(key.end);
    }
}

fn noun(kind: &Kind) -> &'static str {
    match kind {
        Kind::Scalar { .. } => "a single value",
        Kind::List(_) => "a list",
        Kind::Map(_) => "a map",
    }
}

fn bytes_of(span: &granit_parser::Span) -> Span {
    let range = span.byte_range().unwrap_or_default();
    Span::new(range.start, range.end.max(range.start))
}
