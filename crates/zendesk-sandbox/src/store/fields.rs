//! Custom fields of users or organizations.

use jiff::Timestamp;

use crate::store::fold;

/// What a custom field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldType {
    /// One line.
    Text,
    /// Several lines.
    Textarea,
    /// True or false; may carry a tag.
    Checkbox,
    /// A day.
    Date,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// Text that a pattern describes.
    Regexp,
    /// One of the options.
    Dropdown,
    /// Some of the options.
    Multiselect,
    /// The id of another record.
    Lookup,
}

const NAMES: [(FieldType, &str); 10] = [
    (FieldType::Text, "text"),
    (FieldType::Textarea, "textarea"),
    (FieldType::Checkbox, "checkbox"),
    (FieldType::Date, "date"),
    (FieldType::Integer, "integer"),
    (FieldType::Decimal, "decimal"),
    (FieldType::Regexp, "regexp"),
    (FieldType::Dropdown, "dropdown"),
    (FieldType::Multiselect, "multiselect"),
    (FieldType::Lookup, "lookup"),
];

impl FieldType {
    /// The type of this name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// The name on the wire.
    pub(crate) fn name(self) -> &'static str {
        NAMES.iter().find(|(kind, _)| *kind == self).map_or("text", |(_, name)| name)
    }

    /// True when values come from the options of the field.
    pub(crate) fn has_options(self) -> bool {
        matches!(self, Self::Dropdown | Self::Multiselect)
    }
}

/// One option of a dropdown or multiselect field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A custom field. `key` and `kind` never change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) id: i64,
    pub(crate) key: String,
    pub(crate) kind: FieldType,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) position: i64,
    pub(crate) active: bool,
    pub(crate) regexp_for_validation: Option<String>,
    /// Only for checkboxes: the tag that a true value gives to its owner.
    pub(crate) tag: Option<String>,
    pub(crate) options: Vec<Choice>,
    pub(crate) relationship_target_type: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// The fields of one kind of owner, by id. There are few, so look-ups scan.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(Vec<Field>);

impl Fields {
    /// All fields by id.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Field> {
        self.0.iter()
    }

    /// The field of this id.
    pub(crate) fn get(&self, id: i64) -> Option<&Field> {
        self.0.iter().find(|field| field.id == id)
    }

    /// The field with exactly this key.
    pub(crate) fn by_key(&self, key: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.key == key)
    }

    /// True when a key is taken, whatever its case.
    pub(crate) fn is_taken(&self, key: &str) -> bool {
        let key = fold(key);
        self.0.iter().any(|field| fold(&field.key) == key)
    }

    /// Adds a field, or replaces the one of the same id.
    pub(crate) fn put(&mut self, field: Field) {
        self.remove(field.id);
        let position = self.0.partition_point(|other| other.id < field.id);
        self.0.insert(position, field);
    }

    /// Removes a field; values are not its business.
    pub(crate) fn remove(&mut self, id: i64) {
        self.0.retain(|field| field.id != id);
    }
}
