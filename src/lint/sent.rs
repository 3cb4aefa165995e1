//! Which kinds of values an attribute sends, and which of them a schema takes.
//!
//! In: an attribute of a body. Out: the kinds, and their comparison with those of the schema. Promises less than is true,
//! never more: what may be anything is not compared.

use super::asked::{Attribute, Maker};
use super::scope::Scope;
use super::shape::{Kinds, made_by};
use super::walk::Site;
use crate::destination::{Kind, Member, Schema};
use crate::diag::Span;
use crate::model::Source;
use crate::value::Type;

/// What an attribute sends, as far as it is known.
#[derive(Clone, Debug)]
pub(super) struct Sent<'m> {
    kinds: Kinds,
    cast: Option<&'m Type>,
    /// It makes any number of members, not one value.
    is_rest: bool,
}

/// What an attribute sends, and the place that says so; `None` where nothing is known, or each value by itself.
pub(super) fn sent<'m>(
    scope: &Scope<'m>,
    attribute: &Attribute<'m, '_>,
    site: Site<'m>,
) -> Option<(Span, Sent<'m>)> {
    match attribute.maker {
        Maker::Wrapper => None,
        Maker::Row(row) => {
            if matches!(row.source, Source::Value(_)) || row.map.is_some() {
                return None;
            }
            let mut kinds = scope.row_at(row, site).kinds;
            if row.null_is_sent && row.cast.is_some() {
                kinds |= Kinds::NULL;
            }
            let is_known = !Kinds::ANY.without(kinds).without(Kinds::NULL).is_none();
            let cast = row.cast.as_ref().filter(|_| row.default.is_none());
            is_known.then_some((row.span, Sent { kinds, cast, is_rest: false }))
        }
        Maker::Rest(rest) => {
            let null = if rest.null_is_sent { Kinds::NULL } else { Kinds::NONE };
            let kinds = made_by(&rest.cast, Kinds::ANY) | null;
            Some((rest.span, Sent { kinds, cast: Some(&rest.cast), is_rest: true }))
        }
    }
}

impl Sent<'_> {
    /// Whether no value that it sends is taken.
    pub(super) fn is_never_taken(&self, schema: &Schema) -> bool {
        let Some(schema) = self.target(schema) else { return false };
        let is_refused =
            |kinds: Kinds, schema: &Schema| !kinds.is_none() && !kinds.meets(Kinds::taken_by_schema(schema));
        let elements = self.elements(schema);
        is_refused(self.kinds, schema) || elements.is_some_and(|(kinds, items)| is_refused(kinds, items))
    }

    /// Whether some of the values that it sends are taken and others are not.
    pub(super) fn is_sometimes_refused(&self, schema: &Schema) -> bool {
        let Some(target) = self.target(schema) else { return false };
        !self.is_never_taken(schema)
            && (!self.kinds.without(Kinds::taken_by_schema(target)).is_none()
                || self.may_have_fraction(target))
    }

    /// The kinds that are refused, in words.
    pub(super) fn refused_by(&self, schema: &Schema) -> String {
        let Some(target) = self.target(schema) else { return String::new() };
        let refused = self.kinds.without(Kinds::taken_by_schema(target));
        match self.elements(target) {
            Some((kinds, _)) if refused.is_none() => format!("a list of {}", kinds.words()),
            _ if refused.is_none() => "a number with a fraction".into(),
            _ => refused.words(),
        }
    }

    /// What the schema wants instead, in words.
    pub(super) fn wanted_by(&self, schema: &Schema) -> String {
        let Some(target) = self.target(schema) else { return String::new() };
        let is_list_taken =
            !self.kinds.meets(Kinds::LIST) || !Kinds::taken_by_schema(target).meets(Kinds::LIST);
        match self.elements(target) {
            Some((_, items)) if !is_list_taken => format!("a list of {}", items.words()),
            _ => target.words(),
        }
    }

    /// The schema of one value.
    fn target<'d>(&self, schema: &'d Schema) -> Option<&'d Schema> {
        if !self.is_rest {
            return Some(schema);
        }
        match &schema.others {
            crate::destination::Others::Of(schema) => Some(schema),
            _ => None,
        }
    }

    /// The kinds of the elements of a list that is sent, and their schema.
    fn elements<'d>(&self, schema: &'d Schema) -> Option<(Kinds, &'d Schema)> {
        let Some(Type::List(of)) = self.cast else { return None };
        match schema.element()? {
            Member::Known(items) => Some((made_by(of, Kinds::ANY), items)),
            _ => None,
        }
    }

    fn may_have_fraction(&self, schema: &Schema) -> bool {
        self.cast == Some(&Type::Number)
            && schema.kinds.contains(&Kind::Integer)
            && !schema.kinds.contains(&Kind::Number)
    }
}
