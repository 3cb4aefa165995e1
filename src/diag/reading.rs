//! Constructors of the 01xx findings: what is wrong with a file before anybody asks what it means.
//!
//! In: spans and words of the author. Out: findings. Must not read YAML itself.

use super::diagnostics::quoted;
use super::{Code, Diagnostic, Diagnostics, Span};

/// 01xx: reading the text.
impl Diagnostics {
    /// Text that is not YAML; `problem` is a clause such as "a list is not closed".
    pub fn syntax(&mut self, span: Span, problem: &str, help: Option<&str>) -> &mut Diagnostic {
        let found = self.error(Code::SYNTAX, span, format!("not valid YAML: {problem}"));
        match help {
            Some(help) => found.help(help),
            None => found,
        }
    }

    /// The second of two equal keys of one map.
    pub fn duplicate_key(&mut self, span: Span, key: &str, first: Span) -> &mut Diagnostic {
        self.error(Code::DUPLICATE_KEY, span, format!("duplicate key {}", quoted(key)))
            .mark("given again")
            .label(first, "given first here")
            .help("keep one of the two")
    }

    /// A second document in the file.
    pub fn many_documents(&mut self, span: Span) -> &mut Diagnostic {
        self.error(Code::MANY_DOCUMENTS, span, "more than one document in the file")
            .help("keep one document a file and remove the line `---`")
    }

    /// An anchor, the place that an alias would copy.
    pub fn anchor(&mut self, span: Span, name: &str) -> &mut Diagnostic {
        let message = format!("the anchor {} is not allowed", quoted(&format!("&{name}")));
        self.error(Code::ANCHOR, span, message)
            .help("write the value where it is needed, or share it by name under `names`")
    }

    /// An alias, the copy of an anchored value.
    pub fn alias(&mut self, span: Span) -> &mut Diagnostic {
        self.error(Code::ANCHOR, span, "an alias is not allowed")
            .help("write the value out; a text that begins with `*` needs quotes")
    }

    /// The key `<<`.
    pub fn merge_key(&mut self, span: Span) -> &mut Diagnostic {
        self.error(Code::MERGE_KEY, span, "the merge key `<<` is not allowed").help("write the keys out")
    }

    /// A tag such as `!secret`.
    pub fn tag(&mut self, span: Span) -> &mut Diagnostic {
        self.error(Code::TAG, span, "a tag is not allowed")
            .help("remove the tag; a text that begins with `!` needs quotes")
    }

    /// A tab before the first word of a line.
    pub fn tab_indent(&mut self, span: Span) -> &mut Diagnostic {
        self.error(Code::TAB_INDENT, span, "a tab indents this line").help("indent with spaces")
    }

    /// A file with too many bytes.
    pub fn file_too_large(&mut self, n_bytes: usize, limit_bytes: usize) -> &mut Diagnostic {
        let message = format!("the file has {n_bytes} bytes, more than {limit_bytes}");
        self.error(Code::FILE_TOO_LARGE, Span::at(0), message).help("make one file a destination")
    }

    /// A list or map inside too many others.
    pub fn too_deep(&mut self, span: Span, limit: usize) -> &mut Diagnostic {
        self.error(Code::TOO_DEEP, span, format!("lists and maps are nested more than {limit} deep"))
    }

    /// The first value too many.
    pub fn too_many_nodes(&mut self, span: Span, limit: usize) -> &mut Diagnostic {
        self.error(Code::TOO_MANY_NODES, span, format!("the file has more than {limit} values"))
    }

    /// A file without a value.
    pub fn empty_file(&mut self) -> &mut Diagnostic {
        self.error(Code::EMPTY_FILE, Span::at(0), "the file is empty").help("begin with `format: 1`")
    }

    /// A root that is not a map; `found` says what it is, as in "a list".
    pub fn not_a_map(&mut self, span: Span, found: &str) -> &mut Diagnostic {
        self.error(Code::NOT_A_MAP, span, format!("expected a map at the top of the file, found {found}"))
            .help("begin with `format: 1`")
    }

    /// A key that is not a word; `found` says what it is, as in "a list".
    pub fn bad_key(&mut self, span: Span, found: &str) -> &mut Diagnostic {
        self.error(Code::BAD_KEY, span, format!("expected a word as the key, found {found}"))
    }

    /// A template that YAML does not take for text.
    pub fn unquoted_template(&mut self, span: Span, template: &str) -> &mut Diagnostic {
        let help = if template.contains(['"', '\'']) || template.contains(char::is_control) {
            "quote the template".to_owned()
        } else {
            format!("quote the template: `\"{template}\"`")
        };
        self.error(Code::UNQUOTED_TEMPLATE, span, "a template without quotes")
            .mark("YAML reads a brace as the start of a map")
            .help(help)
    }

    /// A character that editors do not show or that readers of YAML take for different things.
    pub fn control_character(&mut self, span: Span, character: char) -> &mut Diagnostic {
        let number = u32::from(character);
        let message = format!("the invisible character U+{number:04X} is not allowed");
        let found = self.error(Code::CONTROL_CHARACTER, span, message);
        match character {
            '\r' => found.help("end lines with a line feed, or a carriage return and a line feed"),
            _ => found.help(format!("remove it, or write `\\u{number:04x}` in double quotes")),
        }
    }

    /// A line such as `%YAML 1.2`.
    pub fn directive(&mut self, span: Span) -> &mut Diagnostic {
        self.error(Code::DIRECTIVE, span, "a YAML directive is not allowed").help("remove the line")
    }

    /// A bare whole number that does not fit in 64 bits.
    pub fn number_too_large(&mut self, span: Span, text: &str) -> &mut Diagnostic {
        self.error(
            Code::NUMBER_TOO_LARGE,
            span,
            format!("the number {} does not fit in 64 bits", quoted(text)),
        )
        .help("put it in quotes to keep all its digits as text")
    }

    /// A bare `yes`, `no`, `on`, `off`, `y` or `n` as a value.
    pub fn yes_no_word(&mut self, span: Span, word: &str) -> &mut Diagnostic {
        let meant = matches!(word.to_ascii_lowercase().as_str(), "yes" | "on" | "y");
        self.warning(Code::YES_NO_WORD, span, format!("{} is text here, not true or false", quoted(word)))
            .help(format!("write `{meant}` if that is meant, else quote it: `\"{word}\"`"))
    }

    /// Bare digits that begin with 0 as a value.
    pub fn leading_zero(&mut self, span: Span, digits: &str) -> &mut Diagnostic {
        self.warning(Code::LEADING_ZERO, span, format!("{} is text here, not a number", quoted(digits)))
            .help("quote it if text is meant, else remove the zeros in front")
    }

    /// Text that two readers of YAML understand in two ways.
    pub fn ambiguous(&mut self, span: Span) -> &mut Diagnostic {
        self.error(Code::AMBIGUOUS, span, "readers of YAML do not agree on what this means")
            .help("write it in a simpler way, for example with quotes or on one line")
    }
}
