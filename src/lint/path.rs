//! Selectors, as far as rules look into them: the name in front and the keys behind it.
//!
//! In: the text of a selector that compiles. Out: its parts. Must not know what the name means.

/// A selector in parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Path<'t> {
    /// The name behind the `$`; empty for `$.…`.
    pub(super) name: &'t str,
    /// The keys and indexes up to the first part that may match several values.
    pub(super) steps: Vec<Step<'t>>,
    /// Whether it may match several values.
    pub(super) is_many: bool,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step<'t> {
    /// Into a member.
    Key(&'t str),
    /// To an element.
    Index(i64),
}

impl<'t> Path<'t> {
    /// Takes a selector apart.
    pub(super) fn parse(text: &'t str) -> Self {
        let body = text.strip_prefix('$').unwrap_or(text);
        let (name, mut rest) = word(body);
        let mut path = Path { name, steps: Vec::new(), is_many: false };
        while !rest.is_empty() {
            let Some((step, behind)) = next(rest) else {
                path.is_many = true;
                break;
            };
            path.steps.push(step);
            rest = behind;
        }
        path
    }

    /// The key at a place behind the name.
    pub(super) fn key(&self, index: usize) -> Option<&'t str> {
        match self.steps.get(index) {
            Some(Step::Key(key)) => Some(key),
            Some(Step::Index(_)) | None => None,
        }
    }

    /// The setting that it reads.
    pub(super) fn setting(&self) -> Option<&'t str> {
        self.key(0).filter(|_| self.name == "config")
    }

    /// The step and the output that it reads.
    pub(super) fn output(&self) -> Option<(&'t str, &'t str)> {
        if self.name == "steps" { Some((self.key(0)?, self.key(1)?)) } else { None }
    }
}

/// The word that a text begins with, and what follows.
fn word(text: &str) -> (&str, &str) {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let end = text.find(|letter: char| !is_word(letter)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// The next step, if it is one that matches one value at the most.
fn next(rest: &str) -> Option<(Step<'_>, &str)> {
    if let Some(rest) = rest.strip_prefix('.') {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (key, behind) = rest.split_at_checked(end)?;
        return (!key.is_empty() && key != "*").then_some((Step::Key(key), behind));
    }
    let inside = rest.strip_prefix('[')?;
    for quote in ['\'', '"'] {
        if let Some(quoted) = inside.strip_prefix(quote) {
            let (key, behind) = quoted.split_once(quote)?;
            return Some((Step::Key(key), behind.strip_prefix(']')?));
        }
    }
    let (index, behind) = inside.split_once(']')?;
    Some((Step::Index(index.trim().parse().ok()?), behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, name: &str, steps: &[Step<'_>], is_many: bool) {
        assert_eq!(Path::parse(text), Path { name, steps: steps.to_vec(), is_many });
    }

    #[test]
    fn keys_and_indexes() {
        check(
            "$.a.b[0]['c d'].e",
            "",
            &[Step::Key("a"), Step::Key("b"), Step::Index(0), Step::Key("c d"), Step::Key("e")],
            false,
        );
    }

    #[test]
    fn names() {
        check("$person", "person", &[], false);
        check("$config.token", "config", &[Step::Key("token")], false);
    }

    #[test]
    fn what_matches_several_ends_the_steps() {
        check("$.a[*].b", "", &[Step::Key("a")], true);
        check("$.a.*", "", &[Step::Key("a")], true);
        check("$..b", "", &[], true);
        check("$.a[?@.b > 1]", "", &[Step::Key("a")], true);
    }
}
