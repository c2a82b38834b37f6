//! JSON of newer agents, read once from front to end: what nobody reads is packed item by item and never a tree.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::Refusal;
use super::unread::Unread;

/// What stands outside of the content, and the sections that are read.
#[derive(Default)]
pub(super) struct Read {
    /// `deviceid`, `action`, `partial` and `tag`, as far as they are there.
    pub head: Map<String, Value>,
    pub content: Option<Value>,
}

const HEAD: [&str; 4] = ["deviceid", "action", "partial", "tag"];

pub(super) fn read(text: &str, unread: &mut Unread) -> Result<Read, Refusal> {
    let mut from = serde_json::Deserializer::from_str(text);
    let refused = |error: serde_json::Error| Refusal::Unreadable(error.to_string());
    let read = (&mut from).deserialize_map(Message(unread)).map_err(refused)?;
    from.end().map_err(refused)?;
    Ok(read)
}

struct Message<'a>(&'a mut Unread);

impl<'de> Visitor<'de> for Message<'_> {
    type Value = Read;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("bir ajan iletisi")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Read, A::Error> {
        let mut read = Read::default();
        while let Some(name) = map.next_key::<String>()? {
            if name == "content" {
                read.content = Some(map.next_value_seed(Content(&mut *self.0))?);
            } else if HEAD.contains(&name.as_str()) {
                let value = map.next_value()?;
                read.head.insert(name, value);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(read)
    }
}

/// The value of `content`: an object of sections, or what else somebody put there.
struct Content<'a>(&'a mut Unread);

impl<'de> DeserializeSeed<'de> for Content<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Content<'_> {
    type Value = Value;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("envanterin bölümleri")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let section = name.to_ascii_lowercase();
            if Unread::is_for(&section) {
                map.next_value_seed(Items { unread: &mut *self.0, section })?;
            } else {
                let value = map.next_value()?;
                read.insert(name, value);
            }
        }
        Ok(Value::Object(read))
    }
}

/// The items of a section that nobody reads: a list of objects, or one object. Anything else is no item.
struct Items<'a> {
    unread: &'a mut Unread,
    section: String,
}

impl<'de> DeserializeSeed<'de> for Items<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("bir bölümün öğeleri")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut is_nothing = true;
        while let Some(item) = list.next_element::<Value>()? {
            is_nothing = false;
            if let Value::Object(item) = item {
                self.unread.push(&self.section, item);
            }
        }
        if is_nothing {
            self.unread.empty(&self.section);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let item = Map::deserialize(MapAccessDeserializer::new(map))?;
        self.unread.push(&self.section, item);
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
