//! Typed values out of the tree, strictly: nothing is coerced, and what does not fit is a [`Misfit`] with its route.
//!
//! In: a value. Out: whatever type asks for it. In contrast to `serde_yaml` a number is never text, and a key without
//! a value is not the same as no key: an optional type is asked what it thinks of null.

use serde::Deserializer;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_yaml::Number;

use super::document::{Key, Kind, Node};
use super::misfit::{Misfit, Reason, describe};
use super::route::Segment;
use super::scalar::Scalar;
use crate::diag::{listed, quoted};

/// Deserializer over one value.
#[derive(Clone, Copy)]
pub(super) struct Strict<'a>(pub(super) &'a Node);

impl<'de> Strict<'de> {
    fn misfit(self, expected: &str) -> Misfit {
        Misfit::of_type(expected, self.0)
    }

    fn number<V: Visitor<'de>>(self, expected: &str, visitor: V) -> Result<V::Value, Misfit> {
        match self.0.scalar() {
            Some(Scalar::Number(number)) => visit_number(&number, visitor),
            _ => Err(self.misfit(expected)),
        }
    }

    fn list<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match &self.0.kind {
            Kind::List(values) => visitor.visit_seq(Elements { values: values.iter(), index: 0 }),
            _ => Err(self.misfit("a list")),
        }
    }

    fn map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match &self.0.kind {
            Kind::Map(entries) => visit_map(entries, visitor),
            _ => Err(self.misfit("a map")),
        }
    }
}

fn visit_number<'de, V: Visitor<'de>>(number: &Number, visitor: V) -> Result<V::Value, Misfit> {
    if let Some(whole) = number.as_u64() {
        visitor.visit_u64(whole)
    } else if let Some(whole) = number.as_i64() {
        visitor.visit_i64(whole)
    } else {
        visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN))
    }
}

fn visit_map<'de, V: Visitor<'de>>(entries: &'de [(Key, Node)], visitor: V) -> Result<V::Value, Misfit> {
    visitor.visit_map(Entries { entries: entries.iter(), current: None })
}

/// Methods that ask for a whole number, and those that ask for text.
macro_rules! ask {
    ($method:ident, $($wanted:ident)*) => {
        $(fn $wanted<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            self.$method(visitor)
        })*
    };
    ($method:ident $words:literal, $($wanted:ident)*) => {
        $(fn $wanted<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            self.$method($words, visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Strict<'de> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0.scalar() {
            Some(Scalar::Null) => visitor.visit_unit(),
            Some(Scalar::Bool(truth)) => visitor.visit_bool(truth),
            Some(Scalar::Number(number)) => visit_number(&number, visitor),
            Some(Scalar::Text(text)) => visitor.visit_borrowed_str(text),
            None if matches!(self.0.kind, Kind::List(_)) => self.list(visitor),
            None => self.map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0.scalar() {
            Some(Scalar::Bool(truth)) => visitor.visit_bool(truth),
            _ => Err(self.misfit("true or false")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0.as_text() {
            Some(text) => visitor.visit_borrowed_str(text),
            _ => Err(self.misfit("text")),
        }
    }

    ask! { deserialize_str, deserialize_string deserialize_char deserialize_bytes deserialize_byte_buf deserialize_identifier }
    ask! { number "a whole number", deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 }
    ask! { number "a whole number", deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 }
    ask! { number "a number", deserialize_f32 deserialize_f64 }
    ask! { list, deserialize_seq }
    ask! { map, deserialize_map }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0.scalar() {
            Some(Scalar::Null) => visitor.visit_unit(),
            _ => Err(self.misfit("nothing")),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.list(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match (&self.0.kind, self.0.as_text()) {
            (_, Some(word)) => visitor.visit_enum(Choice { word, content: None }),
            (Kind::Map(entries), None) => match entries.as_slice() {
                [(word, content)] => visitor.visit_enum(Choice { word: &word.text, content: Some(content) }),
                _ => Err(self.misfit("a map with one key")),
            },
            _ => Err(Misfit::new(Reason::Type {
                expected: format!("one of {}", listed(known)),
                found: describe(self.0),
            })),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }
}

struct Elements<'a> {
    values: std::slice::Iter<'a, Node>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        let Some(value) = self.values.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(Strict(value)).map(Some).map_err(|misfit| misfit.below(Segment::Index(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.values.len())
    }
}

struct Entries<'a> {
    entries: std::slice::Iter<'a, (Key, Node)>,
    current: Option<(&'a str, &'a Node)>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.current = Some((&key.text, value));
        let text: BorrowedStrDeserializer<'de, Misfit> = BorrowedStrDeserializer::new(&key.text);
        seed.deserialize(text).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let Some((key, value)) = self.current.take() else {
            return Err(Misfit::new(Reason::Other("a value without a key".to_owned())));
        };
        seed.deserialize(Strict(value)).map_err(|misfit| misfit.below(Segment::Key(key.to_owned())))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// A word that picks a variant, with the value that belongs to it: `word`, or `{word: content}`.
struct Choice<'a> {
    word: &'a str,
    content: Option<&'a Node>,
}

impl<'a> Choice<'a> {
    fn below(&self, misfit: Misfit) -> Misfit {
        misfit.below(Segment::Key(self.word.to_owned()))
    }

    fn content(&self) -> Result<Strict<'a>, Misfit> {
        let word = quoted(self.word);
        let missing =
            || Misfit::new(Reason::Other(format!("{word} needs a value: write a map with it as the key")));
        self.content.map(Strict).ok_or_else(missing)
    }
}

impl<'de> EnumAccess<'de> for Choice<'de> {
    type Error = Misfit;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Misfit> {
        let word: BorrowedStrDeserializer<'de, Misfit> = BorrowedStrDeserializer::new(self.word);
        Ok((seed.deserialize(word)?, self))
    }
}

impl<'de> VariantAccess<'de> for Choice<'de> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        match self.content {
            None => Ok(()),
            Some(content) if content.scalar() == Some(Scalar::Null) => Ok(()),
            Some(content) => Err(self.below(Misfit::of_type("nothing", content))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(self.content()?).map_err(|misfit| self.below(misfit))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.content()?.list(visitor).map_err(|misfit| self.below(misfit))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.content()?.map(visitor).map_err(|misfit| self.below(misfit))
    }
}
