//! JSON by way of its tree. A reader and a writer of text for each type, each able to read its
//! fields by name as well as by place, would be a good part of the page: text is read and written
//! in one way, and from the tree a struct is given its fields in the order in which it declares
//! them.

pub mod number;

use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::{Map, Value};

/// What a text stands for; or why for nothing, where the text is no JSON with line and column.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(de::Error::custom).and_then(of)
}

/// What a tree stands for. A field that is not there has its default; one too many is an error.
pub fn of<T: DeserializeOwned>(tree: Value) -> Result<T, Error> {
    T::deserialize(Tree(tree))
}

/// As text; nothing for what JSON has no words for.
pub fn write(value: &impl Serialize) -> String {
    serde_json::to_value(value).map(|value| value.to_string()).unwrap_or_default()
}

struct Tree(Value);

impl IntoDeserializer<'_, Error> for Tree {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Tree {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(whole), _) => visitor.visit_u64(whole),
                (_, Some(whole)) => visitor.visit_i64(whole),
                _ => visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(list) => {
                visitor.visit_seq(SeqDeserializer::new(list.into_iter().map(Tree)))
            }
            Value::Object(map) => visitor.visit_map(MapDeserializer::new(
                map.into_iter().map(|(key, value)| (key, Tree(value))),
            )),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let Value::Object(map) = self.0 else { return Err(de::Error::custom(name)) };
        if let Some(other) = map.keys().find(|key| !fields.contains(&key.as_str())) {
            return Err(de::Error::unknown_field(other, fields));
        }
        let mut given = Fields { map, names: fields.iter(), missing: None };
        let read = visitor.visit_seq(&mut given);
        read.map_err(|error| given.missing.map_or(error, de::Error::missing_field))
    }

    /// A name, or an object with the name alone.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let variant = match self.0 {
            Value::String(name) => Some((name, Value::Null)),
            Value::Object(map) if map.len() == 1 => map.into_iter().next(),
            _ => None,
        };
        let (name, value) = variant.ok_or_else(|| de::Error::custom(name))?;
        visitor.visit_enum(Variant(name, Tree(value)))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

/// The fields of a struct in the order of its names.
struct Fields {
    map: Map<String, Value>,
    names: std::slice::Iter<'static, &'static str>,
    /// The one asked for last, if it is not there.
    missing: Option<&'static str>,
}

impl<'de> de::SeqAccess<'de> for Fields {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some(&name) = self.names.next() else { return Ok(None) };
        let value = self.map.swap_remove(name);
        self.missing = value.is_none().then_some(name);
        value.map(|value| seed.deserialize(Tree(value))).transpose()
    }
}

/// A variant's name and what it holds.
struct Variant(String, Tree);

impl<'de> de::EnumAccess<'de> for Variant {
    type Error = Error;
    type Variant = Tree;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Tree), Error> {
        let name: de::value::StringDeserializer<Error> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, self.1))
    }
}

impl<'de> de::VariantAccess<'de> for Tree {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        if self.0.is_null() { Ok(()) } else { Err(de::Error::custom("a name alone")) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_struct("fields", fields, visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Kind {
        Plain,
        Boxed(f32),
        Named { first: u8, second: i8 },
        Pair(u8, u8),
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Thing {
        name: String,
        #[serde(default)]
        kinds: Vec<Kind>,
        #[serde(default)]
        size: Option<[u32; 2]>,
        #[serde(default)]
        rest: BTreeMap<String, f64>,
        last: bool,
    }

    #[test]
    fn what_is_written_reads_back() {
        let kinds = vec![
            Kind::Plain,
            Kind::Boxed(0.1),
            Kind::Named { first: 255, second: -128 },
            Kind::Pair(1, 2),
        ];
        let rest = [("x".to_owned(), 1e-300), ("y".to_owned(), 3.0)].into_iter().collect();
        let thing = Thing { name: "ä\n".into(), kinds, size: Some([1, 2]), rest, last: true };
        assert_eq!(read::<Thing>(&write(&thing)).unwrap(), thing);
        let bare = Thing {
            name: String::new(),
            kinds: vec![],
            size: None,
            rest: BTreeMap::new(),
            last: false,
        };
        assert_eq!(of::<Thing>(json!({ "last": false, "size": null, "name": "" })).unwrap(), bare);
    }

    #[test]
    fn what_is_wrong_is_refused() {
        let refused = |value: Value| of::<Thing>(value).is_err();
        let missing = of::<Thing>(json!({ "name": "a" })).unwrap_err().to_string();
        assert!(missing.contains("missing field `last`"), "{missing}");
        assert!(refused(json!({ "name": "a", "last": true, "more": 1 })), "a field too many");
        assert!(refused(json!({ "name": 1, "last": true })), "no text");
        assert!(refused(json!(["a", [], null, {}, true])), "no object");
        for kind in [
            json!("other"),
            json!("boxed"),
            json!({ "plain": 1 }),
            json!({ "named": { "first": 256, "second": 0 } }),
        ] {
            assert!(of::<Kind>(kind.clone()).is_err(), "{kind}");
        }
        assert!(read::<Thing>("{").unwrap_err().to_string().contains("line 1"));
    }
}
