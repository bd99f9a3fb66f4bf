//! Reading JSON in one pass without a tree: strings borrowed from the body, unknown fields skipped within a bound of depth.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// Deeper JSON is refused.
pub(super) const MOST_DEPTH: u32 = 64;

/// A string, borrowed where it holds no escapes; `null` reads as empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text<'a>(pub Cow<'a, str>);

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
    fn visit_unit<E>(self) -> Result<Text<'de>, E> {
        Ok(Text::default())
    }
}

/// An object of strings. Of more pairs than anybody may send only the count is kept.
#[derive(Debug, Default)]
pub(super) struct Pairs<'a> {
    pub list: Vec<(Text<'a>, Text<'a>)>,
    pub count: usize,
}

impl Pairs<'_> {
    pub(super) const MOST: usize = 64;
}

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of strings")
    }
    fn visit_unit<E>(self) -> Result<Pairs<'de>, E> {
        Ok(Pairs::default())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<'de>, A::Error> {
        let mut pairs = Pairs { list: Vec::with_capacity(8), count: 0 };
        while let Some(pair) = map.next_entry()? {
            pairs.count += 1;
            if pairs.count <= Pairs::MOST {
                pairs.list.push(pair);
            }
        }
        Ok(pairs)
    }
}

/// Skips a value that may nest this much deeper. `IgnoredAny` would skip any depth.
#[derive(Clone, Copy)]
pub(super) struct Skip(pub u32);

impl Skip {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Self).ok_or_else(|| E::custom(format_args!("nested deeper than {MOST_DEPTH}")))
    }
}

impl<'de> DeserializeSeed<'de> for Skip {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
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
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        while seq.next_element_seed(inner)?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.inner()?;
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(inner)?;
        }
        Ok(())
    }
}

/// A whole small document as a tree, for formats where senders put anything anywhere. Not for the hot path.
pub(super) fn tree(body: &str) -> Result<Value, serde_json::Error> {
    let mut depth = serde_json::Deserializer::from_str(body);
    Skip(MOST_DEPTH).deserialize(&mut depth)?;
    depth.end()?;
    serde_json::from_str(body)
}

/// What a value is, in words for a reason.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The first `most` characters. By characters and never by bytes: limits in the formats count characters.
pub(super) fn truncate(text: &str, most: usize) -> &str {
    // Fewer bytes than characters there cannot be.
    if text.len() <= most {
        return text;
    }
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}

/// `text` cut so that it is at most `most` bytes and still whole characters.
pub(super) fn truncate_bytes(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(depth: usize) -> String {
        "[".repeat(depth) + &"]".repeat(depth)
    }

    #[test]
    fn depth_is_bounded() {
        assert!(tree(&nested(64)).is_ok());
        let error = tree(&nested(65)).expect_err("too deep").to_string();
        assert!(error.contains("deeper than 64"), "{error}");
        assert!(tree(&nested(100_000)).is_err());
        assert!(tree("").is_err());
        assert!(tree("{} {}").is_err());
    }

    #[test]
    fn texts_are_cut_at_characters() {
        assert_eq!(truncate("äöü", 2), "äö");
        assert_eq!(truncate("äöü", 3), "äöü");
        assert_eq!(truncate("abc", 5), "abc");
        assert_eq!(truncate_bytes("äöü", 3), "ä");
        assert_eq!(truncate_bytes("a", 3), "a");
    }
}
