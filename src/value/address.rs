//! Texts that lead to somebody: e-mail addresses, telephone numbers, addresses of the web.
//!
//! Texts come in, without the blanks around them; out goes whether they are one.

/// What a byte does in an e-mail address.
#[derive(Clone, Copy)]
enum InAddress {
    Plain,
    At,
    Dot,
    /// It may not stand there: blanks, control characters, what others read as syntax.
    Never,
}

const ADDRESS: [InAddress; 256] = {
    let mut address = [InAddress::Plain; 256];
    let mut byte = 0_u8;
    loop {
        if let Some((_, [place, ..])) = address.split_at_mut_checked(byte as usize) {
            *place = match byte {
                b'@' => InAddress::At,
                b'.' => InAddress::Dot,
                0..=b' '
                | 0x7f
                | b'"'
                | b'('
                | b')'
                | b','
                | b':'
                | b';'
                | b'<'
                | b'>'
                | b'['
                | b'\\'
                | b']' => InAddress::Never,
                _ => InAddress::Plain,
            };
        }
        match byte.checked_add(1) {
            Some(next) => byte = next,
            None => break address,
        }
    }
};

/// One `@` with something on both sides, nothing that a header, a query or a search syntax would read as its own.
pub(super) fn is_email(text: &str) -> bool {
    let mut has_domain = false;
    // Of the part between two dots, or of what stands before the `@`.
    let mut length = 0_usize;
    for byte in text.bytes() {
        match ADDRESS.get(usize::from(byte)).unwrap_or(&InAddress::Never) {
            InAddress::Plain => length = length.wrapping_add(1),
            InAddress::At if !has_domain && length > 0 => (has_domain, length) = (true, 0),
            InAddress::Dot if !has_domain => length = length.wrapping_add(1),
            InAddress::Dot if length > 0 => length = 0,
            InAddress::At | InAddress::Dot | InAddress::Never => return false,
        }
    }
    let is_blank = |character: char| character.is_whitespace() || character.is_control();
    has_domain && length > 0 && text.len() <= 254 && (text.is_ascii() || !text.contains(is_blank))
}

/// A text without e-mail addresses, also where one stands in a URL, for what is stored or logged.
pub(crate) fn without_emails(text: &str) -> String {
    let is_part = |character: char| character.is_alphanumeric() || "@.-_+%'".contains(character);
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|character| !is_part(character)).unwrap_or(from.len());
        let (word, behind) = from.split_at(end);
        told.push_str(before);
        told.push_str(if word.contains('@') || word.contains("%40") { "…" } else { word });
        rest = behind;
    }
    told + rest
}

/// Digits with the usual signs between them.
pub(super) fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (3..=20).contains(&digits)
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-(). /x".contains(&byte))
}

/// An address of the web, without blanks.
pub(super) fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.contains(|character: char| character.is_whitespace() || character.is_control())
    })
}

#[cfg(test)]
mod tests {
    use super::without_emails;

    #[test]
    fn addresses_are_left_out_and_all_else_stays() {
        assert_eq!(
            without_emails("GET /users/search?query=email:\"ada+x@acme.test\" gave 1:  POST /a"),
            "GET /users/search?query=email:\"…\" gave 1:  POST /a"
        );
        assert_eq!(without_emails("/users?email=ada%40acme.test&a=1"), "/users?email=…&a=1");
    }
}
