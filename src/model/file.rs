//! The file as a whole: settings, service, and the order in which all is read.

use super::pieces::{
    BasicPiece, LoginPiece, MappingFile, OAuthPiece, ServicePiece, SettingPiece, SettingType,
};
use super::reader::{At, Reader};
use super::{Login, LoginKind, Mapping, Service, Setting, SettingKind, Text};
use crate::diag::{Code, Diagnostics};
use crate::source::Document;

/// The version of the language that this release reads.
const FORMAT: u32 = 1;

/// Reads the typed mapping out of a document. What is wrong with its shape is reported; what can be built in spite of
/// that is given back, so that later stages find their own errors in the same pass.
pub fn lower(document: &Document, found: &mut Diagnostics) -> Option<Mapping> {
    let mut reader = Reader { document, found };
    let root = reader.root();
    let piece: MappingFile = reader.piece(&root)?;
    if piece.format != FORMAT {
        let span = root.get("format").map_or(root.span(), |at| at.span());
        let message = format!("this release reads format {FORMAT}, not {}", piece.format);
        reader.found.wrong_value(span, message).help(format!("write `format: {FORMAT}`"));
    }
    let service = reader.service(&root.get("service")?);
    let config = reader.named(root.get("config"), |reader, _, at| reader.setting(at));
    let names = reader.rows(root.get("names"));
    let tables = reader.named(root.get("tables"), |reader, _, at| reader.table(at));
    let parts = reader.named(root.get("parts"), |reader, _, at| Some(reader.steps(Some(at.clone()))));
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
        integration: piece.integration,
        order_by: reader.selectors(root.get("order_by")),
        config,
        service: service?,
        names,
        tables,
        parts,
        flows,
    })
}

impl<'d> Reader<'d, '_> {
    fn setting(&mut self, at: &At<'d>) -> Option<Setting> {
        let piece: SettingPiece = self.piece(at)?;
        Some(Setting {
            kind: match piece.r#type {
                SettingType::String => SettingKind::String,
                SettingType::Integer => SettingKind::Integer,
                SettingType::Number => SettingKind::Number,
                SettingType::Boolean => SettingKind::Boolean,
                SettingType::Secret => SettingKind::Secret,
            },
            required: piece.required,
            default: at.get("default").and_then(|at| self.constant(&at)),
            pattern: self.text(at.get("pattern").filter(|_| piece.pattern.is_some())),
            forbid: piece.forbid,
            about: piece.about,
        })
    }

    fn service(&mut self, at: &At<'d>) -> Option<Service> {
        self.piece::<ServicePiece>(at)?;
        let name = Text { text: "base_url".into(), span: at.span() };
        let base_url = at.get("base_url").and_then(|at| self.row(&name, &at));
        let logins = at.get("auth").map(|auth| auth.one_or_many()).unwrap_or_default();
        Some(Service {
            auth: logins.iter().filter_map(|login| self.login(login)).collect(),
            headers: self.rows(at.get("headers")),
            errors: self.error_rules(at.get("errors")),
            reason: self.selectors(at.get("reason")),
            base_url: base_url?,
        })
    }

    fn login(&mut self, at: &At<'d>) -> Option<Login> {
        self.piece::<LoginPiece>(at)?;
        let when = self.condition(at.get("when"));
        let kind = match (at.get("basic"), at.get("bearer"), at.get("oauth2")) {
            (Some(basic), None, None) => self.basic(&basic)?,
            (None, Some(bearer), None) => LoginKind::Bearer { token: self.selector(Some(bearer))? },
            (None, None, Some(oauth2)) => self.oauth2(&oauth2)?,
            _ => {
                let found = self.found.error(Code::LOGIN_SHAPE, at.span(), "this is not one way to log in");
                found.help("write exactly one of basic, bearer, oauth2; several ways are a list");
                return None;
            }
        };
        Some(Login { when, kind })
    }

    fn basic(&mut self, at: &At<'d>) -> Option<LoginKind> {
        self.piece::<BasicPiece>(at)?;
        let name = Text { text: "user".into(), span: at.span() };
        let user = Box::new(self.row(&name, &at.get("user")?)?);
        Some(LoginKind::Basic { user, password: self.selector(at.get("password"))? })
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
            client_id: self.selector(at.get("client_id"))?,
            client_secret: self.selector(at.get("client_secret"))?,
            scope: piece.scope,
        })
    }
}
