//! The file as a whole: settings, service, and the order in which all is read.

use super::pieces::{
    BasicPiece, FinishWord, LoginPiece, MappingFile, OAuthPiece, ServicePiece, SettingPiece, SettingType,
};
use super::reader::{At, Instead, Reader};
use super::{Login, LoginKind, Mapping, Service, Setting, SettingKind, Text, Unread};
use crate::diag::{Code, Diagnostics, nearest, quoted};
use crate::source::{Document, known_keys};
use crate::value::{Day, Type};

/// The version of the language that this release reads.
const FORMAT: u32 = 1;

/// Reads the typed mapping out of a document. What is wrong with its shape is reported; what can be built in spite of
/// that is given back, so that later stages find their own errors in the same pass.
pub fn lower(document: &Document, found: &mut Diagnostics) -> Option<Mapping> {
    let mut reader = Reader { document, found, unread: Unread::default() };
    let root = reader.root();
    let piece: MappingFile = reader.piece(&root)?;
    reader.misspelt_sections(&root);
    if piece.format != FORMAT {
        let span = root.get("format").map_or(root.span(), |at| at.span());
        let message = format!("this release reads format {FORMAT}, not {}", piece.format);
        reader.found.wrong_value(span, message).help(format!("write `format: {FORMAT}`"));
    }
    let service = reader.service(&root.get("service")?);
    let config = reader.named(root.get("config"), |reader, _, at| reader.setting(at));
    let names = reader.rows(root.get("names"));
    let tables = reader.named(root.get("tables"), Reader::table);
    let bulk = reader.named(root.get("bulk"), |reader, _, at| reader.bulk(at));
    let parts = reader.named(root.get("parts"), |reader, _, at| Some(reader.steps(Some(*at))));
    let flows = reader.named(root.get("flows"), |reader, _, at| reader.flow(at));
    if flows.is_empty() && !reader.found.has_errors() {
        let span = root.get("flows").map_or(root.span(), |at| at.span());
        reader
            .found
            .wrong_value(span, "the mapping has no flow")
            .help("write what is done with an event under `flows:`");
    }
    Some(Mapping {
        destination: Text {
            text: piece.destination,
            span: root.get("destination").map_or(root.span(), |at| at.span()),
        },
        about: piece.about,
        integration: piece.integration,
        host_finishes: matches!(piece.finish, Some(FinishWord::Host)),
        order_by: reader.selectors(root.get("order_by"), Instead::Nothing),
        config,
        service: service?,
        names,
        tables,
        bulk,
        parts,
        flows,
        unread: reader.unread,
    })
}

impl<'d> Reader<'d, '_> {
    /// Keys near to that of a section: what they hold is not read, and was reported already.
    fn misspelt_sections(&mut self, root: &At<'d>) {
        let known = known_keys::<MappingFile>();
        for (key, _) in root.entries() {
            if !known.contains(&key.text.as_str()) {
                self.unread.section(nearest(&key.text, known.iter().copied()).unwrap_or_default());
            }
        }
    }

    fn setting(&mut self, at: &At<'d>) -> Option<Setting> {
        let piece: SettingPiece = self.piece(at)?;
        let kind = match piece.r#type {
            SettingType::String => SettingKind::String,
            SettingType::Integer => SettingKind::Integer,
            SettingType::Number => SettingKind::Number,
            SettingType::Boolean => SettingKind::Boolean,
            SettingType::Secret => SettingKind::Secret,
        };
        Some(Setting {
            kind,
            required: piece.required,
            default: at.get("default").and_then(|at| self.default_of(kind, &at)),
            pattern: self.text(at.get("pattern").filter(|_| piece.pattern.is_some())),
            forbid: piece.forbid,
            sunset: self.day(at.get("sunset").filter(|_| piece.sunset.is_some())),
            about: piece.about,
        })
    }

    fn day(&mut self, at: Option<At<'d>>) -> Option<Day> {
        let text = self.text(at)?;
        let day = Day::parse(&text.text);
        if day.is_none() {
            let found = self.found.wrong_value(text.span, format!("{} is not a day", quoted(&text.text)));
            found.help("write the year, the month and the day, as in `2027-04-30`");
        }
        day
    }

    /// The default of a setting, which must be of its type.
    fn default_of(&mut self, kind: SettingKind, at: &At<'d>) -> Option<serde_json::Value> {
        let value = self.constant(at)?;
        let (fits, wanted) = match kind {
            SettingKind::String | SettingKind::Secret => (value.is_string(), Type::String),
            SettingKind::Integer => (value.is_i64() || value.is_u64(), Type::Integer),
            SettingKind::Number => (value.is_number(), Type::Number),
            SettingKind::Boolean => (value.is_boolean(), Type::Boolean),
        };
        if !fits {
            let found = self.found.wrong_type(at.span(), &wanted.describe(), &at.describe());
            found.help("the default is of the type of its setting");
        }
        fits.then_some(value)
    }

    fn service(&mut self, at: &At<'d>) -> Option<Service> {
        let piece: ServicePiece = self.piece(at)?;
        let name = Text { text: "base_url".into(), span: at.span() };
        let base_url = at.get("base_url").and_then(|at| self.row(&name, &at));
        let logins = at.get("auth").map(|auth| auth.one_or_many()).unwrap_or_default();
        Some(Service {
            auth: logins.iter().filter_map(|login| self.login(login)).collect(),
            headers: self.rows(at.get("headers")),
            errors: self.error_rules(at.get("errors")),
            limits: self.list(at.get("limits")).iter().filter_map(|at| self.limit(at)).collect(),
            job: at.get("job").filter(|_| piece.job.is_some()).and_then(|at| self.job(&at)),
            reason: self.selectors(at.get("reason"), Instead::Nothing),
            schemas: self.text(at.get("schemas").filter(|_| piece.schemas.is_some())),
            base_url: base_url?,
        })
    }

    fn login(&mut self, at: &At<'d>) -> Option<Login> {
        self.piece::<LoginPiece>(at)?;
        let when = self.condition(at.get("when"));
        let kind = match (at.get("basic"), at.get("bearer"), at.get("oauth2")) {
            (Some(basic), None, None) => self.basic(&basic)?,
            (None, Some(bearer), None) => {
                LoginKind::Bearer { token: self.selector(Some(bearer), Instead::Setting)? }
            }
            (None, None, Some(oauth2)) => self.oauth2(&oauth2)?,
            _ => {
                self.not_one_login(at);
                return None;
            }
        };
        Some(Login { when, kind })
    }

    fn not_one_login(&mut self, at: &At<'d>) {
        const WAYS: [&str; 3] = ["basic", "bearer", "oauth2"];
        let mut spans: Vec<_> =
            WAYS.iter().filter(|way| at.get(way).is_some()).map(|way| at.key_span(way)).collect();
        spans.sort();
        if let [first, second, ..] = spans.as_slice() {
            let found = self.found.error(Code::LOGIN_SHAPE, *second, "a second way to log in");
            found
                .label(*first, "the first")
                .help("make `auth:` a list and say with `when:` which way counts");
        } else if !at.has_misspelt(&WAYS) {
            let found = self.found.error(Code::LOGIN_SHAPE, at.span(), "there is no way to log in");
            found.help("write exactly one of `basic`, `bearer`, `oauth2`");
        }
    }

    fn basic(&mut self, at: &At<'d>) -> Option<LoginKind> {
        self.piece::<BasicPiece>(at)?;
        let name = Text { text: "user".into(), span: at.span() };
        let user = Box::new(self.row(&name, &at.get("user")?)?);
        Some(LoginKind::Basic { user, password: self.selector(at.get("password"), Instead::Setting)? })
    }

    fn oauth2(&mut self, at: &At<'d>) -> Option<LoginKind> {
        let piece: OAuthPiece = self.piece(at)?;
        if !piece.token_path.starts_with('/') {
            let span = at.get("token_path").map_or(at.span(), |at| at.span());
            let found = self.found.wrong_value(span, "the token path does not begin with `/`");
            found.help("it is a path on the host of `base_url`, as in `/oauth/tokens`");
        }
        Some(LoginKind::OAuth2 {
            token_path: piece.token_path,
            client_id: self.selector(at.get("client_id"), Instead::Setting)?,
            client_secret: self.selector(at.get("client_secret"), Instead::Setting)?,
            scope: piece.scope,
        })
    }
}
