//! Keys that a destination takes: which characters they may have, told apart by tables where that is possible.

use regex::Regex;
use regex_syntax::hir::literal::{Extractor, Literal};
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look};

/// Which characters a key may have.
#[derive(Clone, Debug)]
pub(crate) struct KeyPlan {
    allowed: Regex,
    /// Whether `allowed` matches an ASCII character; false for all other bytes.
    bytes: Box<[bool; 256]>,
    pub(crate) other: String,
    not: Option<Regex>,
    /// Whether a byte is an ASCII character that no key begins with that `not` refuses.
    safe_first: Box<[bool; 256]>,
    /// It allows no character that JSON escapes.
    needs_no_escape: bool,
}

impl KeyPlan {
    /// `allowed` matches a text of one character that may stand in a key, `not` a key that is refused all the same.
    pub(super) fn new(allowed: Regex, other: String, not: Option<Regex>) -> Self {
        let class = class_of(&allowed);
        let is_allowed = |byte: u8| match &class {
            Some(class) => {
                class.iter().any(|range| (range.start()..=range.end()).contains(&char::from(byte)))
            }
            None => allowed.is_match(char::from(byte).encode_utf8(&mut [0; 4])),
        };
        let bytes: Box<[bool; 256]> = Box::new(std::array::from_fn(|byte| {
            u8::try_from(byte).is_ok_and(|byte| byte.is_ascii() && is_allowed(byte))
        }));
        let not_begins = not.as_ref().map_or(0, first_characters);
        let needs_no_escape = !(0..b' ').chain(*b"\"\\").any(is_allowed);
        let safe_first = Box::new(std::array::from_fn(|byte| byte < 128 && not_begins >> byte & 1 == 0));
        KeyPlan { allowed, bytes, other, not, safe_first, needs_no_escape }
    }

    /// Whether a key may have all of these characters.
    pub(crate) fn allows_all(&self, key: &str) -> bool {
        key.bytes().all(|byte| self.takes(byte)) || key.chars().all(|character| self.allows(character))
    }

    #[inline]
    fn takes(&self, byte: u8) -> bool {
        self.bytes.get(usize::from(byte)).copied().unwrap_or(false)
    }

    #[inline]
    fn is_safe_first(&self, byte: u8) -> bool {
        self.safe_first.get(usize::from(byte)).copied().unwrap_or(false)
    }

    /// Whether a key may have no character that JSON escapes.
    pub(crate) fn needs_no_escape(&self) -> bool {
        self.needs_no_escape
    }

    /// Whether a key of such characters is refused all the same.
    pub(crate) fn forbids(&self, key: &str) -> bool {
        let may = key.bytes().next().is_none_or(|first| !self.is_safe_first(first));
        may && self.not.as_ref().is_some_and(|not| not.is_match(key))
    }

    /// Whether a key is taken, at a glance: it has ASCII characters only, and no refused one begins like it.
    #[inline]
    pub(crate) fn surely_takes(&self, key: &[u8]) -> bool {
        key.first().is_some_and(|first| self.is_safe_first(*first))
            && key.iter().fold(true, |all, byte| all & self.takes(*byte))
    }

    /// Whether a key may have this character.
    pub(crate) fn allows(&self, character: char) -> bool {
        match u8::try_from(character) {
            Ok(byte) if byte.is_ascii() => self.takes(byte),
            _ => self.allowed.is_match(character.encode_utf8(&mut [0; 4])),
        }
    }
}

/// The characters of which an expression such as `^[a-z]$` matches one; `None` when it is of another form. Asking the
/// expression for each character would take longer.
fn class_of(regex: &Regex) -> Option<ClassUnicode> {
    let parsed = regex_syntax::parse(regex.as_str()).ok()?;
    let HirKind::Concat(parts) = parsed.kind() else { return None };
    match parts.iter().map(Hir::kind).collect::<Vec<_>>().as_slice() {
        [HirKind::Look(Look::Start), HirKind::Class(Class::Unicode(class)), HirKind::Look(Look::End)] => {
            Some(class.clone())
        }
        _ => None,
    }
}

/// The ASCII characters that a text can begin with in which an expression matches, a bit for each; all if unknown.
fn first_characters(regex: &Regex) -> u128 {
    let known = || {
        let parsed = regex_syntax::parse(regex.as_str()).ok()?;
        parsed.properties().look_set_prefix().contains(Look::Start).then_some(())?;
        let prefixes = Extractor::new().extract(&parsed);
        let first = |prefix: &Literal| prefix.as_bytes().first().copied().filter(u8::is_ascii);
        prefixes.literals()?.iter().try_fold(0, |bits, prefix| Some(bits | 1 << first(prefix)?))
    };
    known().unwrap_or(u128::MAX)
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::KeyPlan;

    #[track_caller]
    fn check(allow: &str) {
        let allowed = Regex::new(&format!("^[{allow}]$")).unwrap();
        let plan = KeyPlan::new(allowed.clone(), "_".into(), None);
        for character in (0..=255).map(char::from) {
            let expected = allowed.is_match(character.encode_utf8(&mut [0; 4]));
            assert_eq!(plan.allows(character), expected, "{allow}: {character:?}");
        }
    }

    #[test]
    fn the_table_says_what_the_expression_says() {
        ["A-Za-z0-9_-", "a", "^a-z", "\\w.", "\\d\\s", "a-ÿ", "[:alpha:]é"].into_iter().for_each(check);
    }

    #[test]
    fn refused_keys_are_refused() {
        let plan = |not: &str| {
            KeyPlan::new(Regex::new("^[a-z0-9]$").unwrap(), "_".into(), Some(Regex::new(not).unwrap()))
        };
        let digits = plan("^[0-9]+$");
        assert!(
            digits.forbids("42") && !digits.forbids("4a") && !digits.forbids("a4") && !digits.forbids("")
        );
        let anywhere = plan("x");
        assert!(anywhere.forbids("axb") && !anywhere.forbids("ab"));
        let either = plan("^(id|name)$");
        assert!(either.forbids("id") && either.forbids("name") && !either.forbids("ids"));
    }
}
