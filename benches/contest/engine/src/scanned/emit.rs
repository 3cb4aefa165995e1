//! Bodies from the pieces of an event.

use std::borrow::Cow;
use std::collections::HashSet;

use hand::{Refused, Whole, email_of, is_moment, made_valid, moment_of, rejected, whole};
use mapwright::json::scan::{Kind, Scanner};
use serde_json::Value;

use super::capture::{self, Bank, Parts, Slot, Token, meant};

type Part<'t> = Option<Token<'t>>;

pub(crate) fn identify(parts: &Parts<'_>, out: &mut Vec<u8>) -> Result<bool, Refused> {
    let Some(user_id) = text_part(parts.user_id, "`names.user_id` ($.userId)")? else {
        return Err(rejected("UserId is a mandatory field for identify"));
    };
    let person = person(parts)?;
    let Some((person, name)) = person.and_then(|person| Some((person, filled(person.get(Slot::Name))?)))
    else {
        return Err(rejected("Missing required value from \"name\""));
    };
    text_part(Some(name), "`user.name` ($person.name)")?;
    put(out, "{\"user\":{\"name\":");
    put_text(out, name);
    if let Some(email) = email(person)? {
        put(out, ",\"email\":");
        put_email(out, &email);
    }
    put(out, ",\"external_id\":");
    put_text(out, user_id);
    organization_of(person, out)?;
    if let Some(zone) = text_part(person.get(Slot::Timezone), "`user.time_zone` ($person.timezone)")? {
        put(out, ",\"time_zone\":");
        put_text(out, zone);
    }
    if let Some(phone) = text_part(person.get(Slot::Phone), "`user.phone` ($person.phone)")? {
        put(out, ",\"phone\":");
        put_text(out, phone);
    }
    put(out, ",\"user_fields\":{\"id\":");
    put_text(out, user_id);
    custom_fields(out, person, |slot| {
        use Slot::{Email, Id, Name, OrganizationId, Phone, Timezone, UserId};
        matches!(slot, Name | Email | UserId | Id | OrganizationId | Timezone | Phone)
    });
    put(out, "}}}");
    Ok(true)
}

pub(crate) fn track(parts: &Parts<'_>, out: &mut Vec<u8>) -> Result<bool, Refused> {
    let Some(user_id) = text_part(parts.user_id, "`names.user_id` ($.userId)")? else {
        return Err(rejected("UserId is a mandatory field for track"));
    };
    let Some(action) = text_part(parts.action, "`names.action` ($.event)")? else {
        return Err(rejected("A track event needs a name"));
    };
    put(out, "{\"event\":{\"type\":");
    put_short(out, action);
    put(out, ",\"source\":\"Rudder\",\"description\":");
    put_text(out, action);
    put(out, ",\"properties\":");
    match parts.properties {
        None | Some(Token { kind: Kind::Null, .. }) => put(out, "{}"),
        Some(details) if details.kind == Kind::Object => put(out, details.text),
        Some(other) => return Err(bad("`names.details` ($.properties)", "an object", other)),
    }
    for moment in [parts.timestamp, parts.original_timestamp].into_iter().flatten() {
        let is_plain = moment.kind == Kind::Text && moment.is_clean && is_moment(inside(moment).as_bytes());
        let made = if is_plain { None } else { moment_of(&value(moment)).map(Cow::into_owned) };
        match made {
            None if !is_plain => continue,
            None => {
                put(out, ",\"created_at\":");
                put(out, moment.text);
            }
            Some(made) => {
                put(out, ",\"created_at\":\"");
                put(out, &made);
                put(out, "\"");
            }
        }
        break;
    }
    put(out, "},\"profile\":{\"type\":\"customer\",\"source\":\"Rudder\",\"identifiers\":[");
    let address = person(parts)?.and_then(|person| person.get(Slot::Email));
    let address = address.filter(|address| address.kind == Kind::Text).map(meant_by);
    if let Some(email) = address.as_deref().and_then(email_of) {
        put(out, "{\"type\":\"email\",\"value\":");
        put_email(out, email);
        put(out, "},");
    }
    put(out, "{\"type\":\"external_id\",\"value\":");
    put_text(out, user_id);
    put(out, "}]}}");
    Ok(true)
}

pub(crate) fn group(parts: &Parts<'_>, out: &mut Vec<u8>) -> Result<bool, Refused> {
    if text_part(parts.user_id, "`names.user_id` ($.userId)")?.is_none() {
        return Err(rejected("UserId is a mandatory field for group"));
    }
    let firm = &parts.traits;
    match firm.whole {
        None | Some(Token { kind: Kind::Null, .. }) => {
            return Err(rejected("Organisation Traits are missing. Aborting."));
        }
        Some(Token { kind: Kind::Object, .. }) => {}
        Some(other) => return Err(bad("`names.firm` ($.traits)", "an object", other)),
    }
    let group_id = match text_part(parts.group_id, "`names.group_id` ($.groupId)")? {
        Some(id) => Some(id),
        None => text_part(firm.get(Slot::GroupId), "`names.group_id` ($firm.groupId)")?,
    };
    if group_id.is_none() && filled(firm.get(Slot::Name)).is_none() {
        return Err(rejected("An organization needs a groupId or a name"));
    }
    match parts.of_context.whole {
        None | Some(Token { kind: Kind::Null, .. }) => {}
        Some(Token { kind: Kind::Object, .. }) => drop(email(&parts.of_context)?),
        Some(other) => return Err(bad("`names.person` ($.context.traits)", "an object", other)),
    }
    group_id.map_or(Ok(false), |group_id| organization(firm, group_id, out))
}

fn organization(firm: &Bank<'_>, group_id: Token<'_>, out: &mut Vec<u8>) -> Result<bool, Refused> {
    put(out, "{\"organization\":{");
    if let Some(name) = text_part(firm.get(Slot::Name), "`organization.name` ($firm.name)")? {
        put(out, "\"name\":");
        put_text(out, name);
        put(out, ",");
    }
    put(out, "\"external_id\":");
    put_text(out, group_id);
    if let Some(names) = filled(firm.get(Slot::DomainNames)) {
        put(out, ",\"domain_names\":");
        put_texts(out, names, "`organization.domain_names` ($firm.domainNames)")?;
    }
    if let Some(tags) = filled(firm.get(Slot::Tags)) {
        put(out, ",\"tags\":");
        put_texts(out, tags, "`organization.tags` ($firm.tags)")?;
    }
    if let Some(url) = text_part(firm.get(Slot::Url), "`organization.url` ($firm.url)")? {
        put(out, ",\"url\":");
        put_text(out, url);
    }
    if let Some(deleted) = filled(firm.get(Slot::Deleted)) {
        let deleted = flag(deleted, "`organization.deleted` ($firm.deleted)")?;
        put(out, if deleted { ",\"deleted\":true" } else { ",\"deleted\":false" });
    }
    put(out, ",\"organization_fields\":{\"id\":");
    match filled(firm.get(Slot::Id)) {
        Some(id) => put(out, id.text),
        None => put_text(out, group_id),
    }
    custom_fields(out, firm, |slot| {
        use Slot::{Deleted, DomainNames, GroupId, Id, Name, Tags, Url};
        matches!(slot, Name | DomainNames | Tags | Url | Deleted | Id | GroupId)
    });
    put(out, "}}}");
    Ok(true)
}

/// The first filled one of `traits` and `context.traits`.
fn person<'p, 't>(parts: &'p Parts<'t>) -> Result<Option<&'p Bank<'t>>, Refused> {
    let banks = [
        (&parts.traits, "`names.person` ($.traits)"),
        (&parts.of_context, "`names.person` ($.context.traits)"),
    ];
    for (bank, row) in banks {
        match filled(bank.whole) {
            None => {}
            Some(Token { kind: Kind::Object, .. }) => return Ok(Some(bank)),
            Some(other) => return Err(bad(row, "an object", other)),
        }
    }
    Ok(None)
}

fn email<'t>(person: &Bank<'t>) -> Result<Option<Cow<'t, str>>, Refused> {
    let Some(address) = filled(person.get(Slot::Email)) else { return Ok(None) };
    let meant = if address.kind == Kind::Text { meant_by(address) } else { Cow::Borrowed("") };
    match email_of(&meant) {
        None => Err(bad("`names.email` ($person.email)", "an e-mail address", address)),
        Some(email) if email.len() == meant.len() => Ok(Some(meant)),
        Some(email) => Ok(Some(Cow::Owned(email.to_owned()))),
    }
}

/// Appends the organization that the user joins, unless the same event takes the user out of it.
fn organization_of(person: &Bank<'_>, out: &mut Vec<u8>) -> Result<(), Refused> {
    let company = person.get(Slot::Company).filter(|company| company.kind == Kind::Object);
    let (company_id, removes) = company.map_or((None, None), |_| (person.company_id, filled(person.removes)));
    let removes = match removes {
        Some(removes) => flag(removes, "`names.removes` ($person.company.remove)")?,
        None => false,
    };
    let digits_of = |token: Token<'_>| -> Option<String> {
        match whole(&value(token))? {
            Whole::Spelt(value) => Some(value.to_string()),
            Whole::Text(digits) => Some(digits.to_owned()),
            Whole::Float(float) => Some(format!("{float:.0}")),
        }
    };
    for token in [person.get(Slot::OrganizationId), company_id].into_iter().flatten() {
        let is_plain = token.kind == Kind::Number && !token.text.contains(['.', 'e', 'E']);
        let digits =
            if is_plain { Some(Cow::Borrowed(token.text)) } else { digits_of(token).map(Cow::Owned) };
        let Some(digits) = digits else { continue };
        let leaves = removes && company_id.is_some_and(|left| value_text(left) == digits);
        if !leaves {
            put(out, ",\"organization_id\":");
            put(out, &digits);
        }
        break;
    }
    Ok(())
}

fn custom_fields(out: &mut Vec<u8>, bank: &Bank<'_>, is_read: fn(Slot) -> bool) {
    // Keys that were made valid. There are few of them, so the set is made when the first one comes.
    let mut made: Option<HashSet<String>> = None;
    for member in bank.members.iter().filter(|member| !member.text.is_empty() && !is_read(member.slot)) {
        if !member.is_escaped && matches!(made_valid(member.key), Cow::Borrowed(_)) {
            put(out, ",");
            put(out, member.text);
            continue;
        }
        let key = meant(member.key, member.is_escaped);
        let name = made_valid(&key);
        let is_right = |name: &str| bank.find(name).is_some_and(|member| !is_read(member.slot));
        let is_taken = matches!(name, Cow::Owned(_))
            && (name == "id" || is_right(&name) || !made.get_or_insert_default().insert(name.to_string()));
        if !is_taken {
            put(out, ",\"");
            put(out, &name);
            put(out, "\":");
            put(out, member.value);
        }
    }
}

fn filled(part: Part<'_>) -> Part<'_> {
    part.filter(|token| match token.kind {
        Kind::Null => false,
        Kind::Text => token.text.len() > 2,
        Kind::List => !token.text.trim_start_matches(['[', ' ', '\t', '\r', '\n']).starts_with(']'),
        Kind::Object => token.text != "{}" && !is_blank_object(token.text),
        Kind::True | Kind::False | Kind::Number => true,
    })
}

/// Whether an object that is written out has blanks only; what the capture has looked into is `{}` or `{ }`.
fn is_blank_object(text: &str) -> bool {
    text.len() > 3 && text.trim_start_matches(['{', ' ', '\t', '\r', '\n']).starts_with('}')
}

/// A filled value that can be text.
fn text_part<'t>(part: Part<'t>, row: &str) -> Result<Part<'t>, Refused> {
    match filled(part) {
        Some(token) if matches!(token.kind, Kind::List | Kind::Object) => Err(bad(row, "text", token)),
        part => Ok(part),
    }
}

fn flag(token: Token<'_>, row: &str) -> Result<bool, Refused> {
    match token.kind {
        Kind::True => Ok(true),
        Kind::False => Ok(false),
        Kind::Text if meant_by(token).eq_ignore_ascii_case("true") => Ok(true),
        Kind::Text if meant_by(token).eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(bad(row, "true or false", token)),
    }
}

fn bad(row: &str, expected: &str, found: Token<'_>) -> Refused {
    Refused::Rejected(format!("{row}: expected {expected}, found {}", kind_of(found)).into())
}

pub(crate) fn kind_of(token: Token<'_>) -> &'static str {
    match token.kind {
        Kind::Null => "null",
        Kind::True | Kind::False => "true or false",
        Kind::Number if token.text.parse::<i64>().is_ok() || token.text.parse::<u64>().is_ok() => {
            "a whole number"
        }
        Kind::Number => "a number",
        Kind::Text => "text",
        Kind::List => "a list",
        Kind::Object => "an object",
    }
}

/// What stands between the quotes of a text.
fn inside(token: Token<'_>) -> &str {
    token.text.get(1..token.text.len() - 1).unwrap_or_default()
}

/// The characters of a text.
pub(crate) fn meant_by(token: Token<'_>) -> Cow<'_, str> {
    meant(inside(token), !token.is_clean)
}

/// A token as a tree, where it takes a library to look at it.
fn value(token: Token<'_>) -> Value {
    serde_json::from_str(token.text).unwrap_or_default()
}

/// The text that a scalar is compared by.
fn value_text(token: Token<'_>) -> Cow<'_, str> {
    if token.kind == Kind::Text { meant_by(token) } else { Cow::Borrowed(token.text) }
}

fn put(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// A scalar as a text.
fn put_text(out: &mut Vec<u8>, token: Token<'_>) {
    if token.kind == Kind::Text {
        put(out, token.text);
    } else {
        put(out, "\"");
        put(out, token.text);
        put(out, "\"");
    }
}

/// A scalar as a text of at most 40 characters.
fn put_short(out: &mut Vec<u8>, token: Token<'_>) {
    if token.kind != Kind::Text || token.text.len() <= 42 {
        return put_text(out, token);
    }
    let text = meant_by(token);
    let end = text.char_indices().nth(40).map_or(text.len(), |(end, _)| end);
    let short = text.get(..end).unwrap_or(&text);
    if token.is_clean {
        put(out, "\"");
        put(out, short);
        put(out, "\"");
    } else {
        // A text is JSON, and a vector takes all that is written to it.
        let _ = serde_json::to_writer(out, short);
    }
}

/// An address, which has nothing in it that JSON would escape.
fn put_email(out: &mut Vec<u8>, email: &str) {
    put(out, "\"");
    put(out, email);
    put(out, "\"");
}

fn put_texts(out: &mut Vec<u8>, token: Token<'_>, row: &str) -> Result<(), Refused> {
    put(out, "[");
    if token.kind == Kind::List {
        let mut scanner = Scanner::new(token.text);
        let no_json = |_| rejected("the event is not JSON");
        scanner.open().map_err(no_json)?;
        let mut separator = "";
        while scanner.item().map_err(no_json)? {
            put(out, separator);
            separator = ",";
            let item = capture::value(&mut scanner).map_err(no_json)?;
            if matches!(item.kind, Kind::Null | Kind::List | Kind::Object) {
                return Err(bad(row, "text", item));
            }
            put_text(out, item);
        }
    } else if token.kind == Kind::Object {
        return Err(bad(row, "text", token));
    } else {
        put_text(out, token);
    }
    put(out, "]");
    Ok(())
}
