//! What the requests of a mapping ask of the destination: which endpoint each goes to, and what its schema says about
//! each attribute of the body.
//!
//! In: a scope and the destination's schemas. Out: requests with their endpoints, attributes with their schemas. Must not
//! judge.

use super::scope::Scope;
use super::walk::{Role, Site};
use crate::destination::{Destination, Endpoint, Member, Schema};
use crate::diag::{Span, quoted};
use crate::model::{Mapping, Request, Rest, Row, Source};

/// A request and the endpoint that it goes to, if the schemas have it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'m, 'd> {
    pub(super) request: &'m Request,
    pub(super) role: Role,
    pub(super) site: Site<'m>,
    pub(super) endpoint: Option<&'d Endpoint>,
}

impl Ask<'_, '_> {
    /// The endpoint as people write it, in backticks.
    pub(super) fn spelt(&self) -> String {
        let known = self.endpoint.map(Endpoint::spelt);
        quoted(&known.unwrap_or_else(|| format!("{} {}", self.request.method, self.request.path.text)))
    }
}

/// What makes an attribute.
#[derive(Clone, Copy, Debug)]
pub(super) enum Maker<'m> {
    Row(&'m Row),
    Rest(&'m Rest),
    /// The key that the body is wrapped in.
    Wrapper,
}

/// An attribute of a body, and what the schema says about it.
#[derive(Clone, Debug)]
pub(super) struct Attribute<'m, 'd> {
    pub(super) maker: Maker<'m>,
    /// Where its name stands.
    pub(super) span: Span,
    /// Keys that lead to it in the body.
    pub(super) path: Vec<String>,
    pub(super) place: Place<'d>,
}

/// Where an attribute stands by the schema.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'d> {
    /// There, with this schema.
    Known(&'d Schema),
    /// Nothing is said about it.
    Free,
    /// At a key that this schema does not have.
    Unknown(&'d Schema),
    /// At a key that members of this schema cannot have.
    BadName(&'d Schema),
    /// Below something that is never an object.
    NoObject(&'d Schema),
    /// At or below something that the destination sets.
    ReadOnly,
}

/// All requests of a mapping with their endpoints.
pub(super) fn asks<'m, 'd>(scope: &Scope<'m>, destination: &'d Destination) -> Vec<Ask<'m, 'd>> {
    let base = base_path(scope.mapping);
    let ask = |(request, role, site): &(&'m Request, Role, Site<'m>)| Ask {
        request,
        role: *role,
        site: *site,
        endpoint: destination.endpoint(request.method.as_str(), base, &request.path.text),
    };
    scope.flat.requests.iter().map(ask).collect()
}

/// The path that all requests come behind; `None` when it is made of settings.
pub(super) fn base_path(mapping: &Mapping) -> Option<&str> {
    let text = match &mapping.service.base_url.source {
        Source::Value(value) => value.as_str()?,
        Source::Template { text, .. } => text.text.as_str(),
        _ => return None,
    };
    let behind = text.split_once("://")?.1;
    let path = behind.find('/').and_then(|at| behind.get(at..)).unwrap_or("");
    (!path.contains("{{")).then(|| path.trim_end_matches('/'))
}

/// All attributes of the bodies of a mapping, where the schemas speak of them.
pub(super) fn attributes<'m, 'd>(
    scope: &Scope<'m>,
    destination: &'d Destination,
) -> Vec<(Ask<'m, 'd>, Attribute<'m, 'd>)> {
    let of_ask =
        |ask: Ask<'m, 'd>| attributes_of(scope, ask).into_iter().map(move |attribute| (ask, attribute));
    asks(scope, destination).into_iter().flat_map(of_ask).collect()
}

/// The attributes of the body of one request; none where nothing is known about it.
pub(super) fn attributes_of<'m, 'd>(scope: &Scope<'m>, ask: Ask<'m, 'd>) -> Vec<Attribute<'m, 'd>> {
    let (Some(body), Some(schema)) =
        (&ask.request.body, ask.endpoint.and_then(|endpoint| endpoint.request.as_deref()))
    else {
        return Vec::new();
    };
    let Some(table) = scope.mapping.tables.iter().find(|table| table.name.text == body.table.text) else {
        return Vec::new();
    };
    let mut found = Found { attributes: Vec::new() };
    let mut place = Place::Known(schema);
    let mut path = Vec::new();
    if let Some(under) = body.under.as_ref().or(table.item.under.as_ref()) {
        place = place.below(under);
        path.push(under.clone());
        let span = if body.under.is_some() {
            scope.key_in(ask.request.span, "body").map_or(ask.request.span, |(_, body)| {
                body.entry("under").map_or(body.span, |(_, under)| under.span)
            })
        } else {
            let node = scope.value_of(table.name.span).and_then(|table| table.entry("under"));
            node.map_or(table.name.span, |(_, under)| under.span)
        };
        found.attributes.push(Attribute { maker: Maker::Wrapper, span, path: path.clone(), place });
        if !matches!(place, Place::Known(_)) {
            return found.attributes;
        }
    }
    found.rows(table.item.rows.iter().chain(&body.plus), &path, place);
    if let Some(rest) = &table.item.rest {
        let (path, place) = below(&path, place, &rest.into.text);
        found.attributes.push(Attribute { maker: Maker::Rest(rest), span: rest.into.span, path, place });
    }
    found.attributes
}

struct Found<'m, 'd> {
    attributes: Vec<Attribute<'m, 'd>>,
}

impl<'m, 'd> Found<'m, 'd> {
    fn rows(&mut self, rows: impl Iterator<Item = &'m Row>, above: &[String], place: Place<'d>) {
        for row in rows {
            let (path, place) = below(above, place, &row.name.text);
            if let (Source::List(elements), Place::Known(schema)) = (&row.source, place)
                && let Some(Member::Known(items)) = schema.element()
            {
                for element in elements {
                    self.rows(element.rows.iter(), &path, Place::Known(items));
                }
            }
            self.attributes.push(Attribute { maker: Maker::Row(row), span: row.name.span, path, place });
        }
    }
}

/// Goes down a path of keys with dots between them.
fn below<'d>(above: &[String], place: Place<'d>, keys: &str) -> (Vec<String>, Place<'d>) {
    let mut path = above.to_vec();
    let mut place = place;
    for key in keys.split('.') {
        path.push(key.to_owned());
        if !matches!(place, Place::Known(_)) {
            break;
        }
        place = place.below(key);
    }
    (path, place)
}

impl Attribute<'_, '_> {
    /// Its path in backticks.
    pub(super) fn shown(&self) -> String {
        quoted(&self.path.join("."))
    }
}

impl Place<'_> {
    fn below(self, key: &str) -> Self {
        let Place::Known(schema) = self else { return self };
        match schema.member(key) {
            Member::Known(member) if member.read_only => Place::ReadOnly,
            Member::Known(member) => Place::Known(member),
            Member::Free => Place::Free,
            Member::Unknown => Place::Unknown(schema),
            Member::BadName => Place::BadName(schema),
            Member::NoObject => Place::NoObject(schema),
        }
    }
}
