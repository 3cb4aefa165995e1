//! The search syntax: bare words, quoted phrases, `key:value`, each with a `-` before it to exclude.

/// One part of a query. All parts must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    /// Holds where the rest does not.
    pub(crate) negated: bool,
    /// The keyword; `None` searches everywhere.
    pub(crate) key: Option<String>,
    /// What to look for, in lower case.
    pub(crate) text: String,
    /// Whether it stood in quotes.
    pub(crate) quoted: bool,
}

/// Takes a query apart. Text that does not close a quote counts as quoted to its end.
pub(crate) fn parse(query: &str) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let mut rest = query.trim_start();
    while !rest.is_empty() {
        let (clause, after) = clause(rest);
        if !clause.text.is_empty() {
            clauses.push(clause);
        }
        rest = after.trim_start();
    }
    clauses
}

fn clause(text: &str) -> (Clause, &str) {
    let (negated, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let end = text.find(|c: char| c == ':' || c == '"' || c.is_whitespace());
    let (key, value) = match end.and_then(|end| text.split_at_checked(end)) {
        Some((key, value)) if value.starts_with(':') && !key.is_empty() => {
            (Some(key.to_lowercase()), value.strip_prefix(':').unwrap_or_default())
        }
        _ => (None, text),
    };
    let quoted = value.starts_with('"');
    let (found, rest) = match value.strip_prefix('"') {
        Some(inner) => inner.split_once('"').unwrap_or((inner, "")),
        None => value.split_once(char::is_whitespace).unwrap_or((value, "")),
    };
    let found = if quoted { found } else { found.trim_end_matches('*') };
    (Clause { negated, key, text: found.trim().to_lowercase(), quoted }, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: &[(bool, Option<&str>, &str)]) {
        let found = parse(query);
        let found: Vec<_> = found.iter().map(|c| (c.negated, c.key.as_deref(), c.text.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_and_keys_stand_apart() {
        check("Ada email:A@B.co", &[(false, None, "ada"), (false, Some("email"), "a@b.co")]);
    }

    #[test]
    fn quotes_keep_words_together() {
        check(
            r#""Ada L" name:"ada love" x"#,
            &[(false, None, "ada l"), (false, Some("name"), "ada love"), (false, None, "x")],
        );
    }

    #[test]
    fn minus_excludes_and_star_is_a_prefix() {
        check("-role:admin lov*", &[(true, Some("role"), "admin"), (false, None, "lov")]);
    }

    #[test]
    fn open_ends_are_no_trouble() {
        check(r#"name: "open"#, &[(false, None, "open")]);
        check("- :", &[(false, None, ":")]);
    }
}
