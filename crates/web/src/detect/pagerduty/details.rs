//! What an event says beside its few fixed fields: details of any shape, links, images. Kept as annotations within bounds; too
//! much is cut and said so, never refused.

use model::Labels;
use serde_json::Value;

use super::super::json::truncate_bytes;

const MOST_ANNOTATIONS: usize = 64;
const MOST_NAME: usize = 1_024;
const MOST_VALUE: usize = 16 << 10;

#[derive(Debug, Default)]
pub(super) struct Details {
    pairs: Vec<(String, String)>,
    left_out: usize,
}

impl Details {
    /// One value under a name; what is empty says nothing.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        if text.is_empty() || name.is_empty() {
            return;
        }
        // One place stays free for the count of what is left out.
        if self.pairs.len() + 1 >= MOST_ANNOTATIONS {
            self.left_out += 1;
            return;
        }
        self.pairs.push((truncate_bytes(name, MOST_NAME).to_owned(), truncate_bytes(text, MOST_VALUE).to_owned()));
    }

    /// An object's fields under their own names, those of objects in it as `outer.inner`; lists as JSON.
    pub(super) fn tree(&mut self, name: &str, value: &Value) {
        match value {
            Value::Null => {}
            Value::String(text) => self.text(or_details(name), text),
            Value::Object(fields) => {
                for (field, inner) in fields {
                    if name.is_empty() {
                        self.tree(field, inner);
                    } else {
                        self.tree(truncate_bytes(&format!("{name}.{field}"), MOST_NAME), inner);
                    }
                }
            }
            other => self.text(or_details(name), &other.to_string()),
        }
    }

    /// `links` or `images`: their fields as `link.1.href` and so on.
    pub(super) fn list(&mut self, name: &str, value: Option<&Value>, fields: &[&str]) {
        let items = value.and_then(Value::as_array).into_iter().flatten();
        for (i, item) in items.enumerate() {
            for field in fields {
                if let Some(text) = item.get(field).and_then(Value::as_str) {
                    self.text(&format!("{name}.{}.{field}", i + 1), text);
                }
            }
        }
    }

    pub(super) fn labels(mut self) -> Labels {
        if self.left_out > 0 {
            let note = format!("{} more were sent", self.left_out);
            self.pairs.push(("details.left_out".into(), note));
        }
        Labels::from_pairs(self.pairs)
    }
}

/// Details that are one plain text have no name of their own.
fn or_details(name: &str) -> &str {
    if name.is_empty() { "details" } else { name }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn flat(value: &Value) -> Vec<(String, String)> {
        let mut details = Details::default();
        details.tree("", value);
        let labels = details.labels();
        labels.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
    }

    #[test]
    fn any_shape_becomes_pairs() {
        let pairs = flat(&json!({"a": "x", "b": {"c": 1, "d": [1, {"e": 2}]}, "n": null, "t": true}));
        let expected = [("a", "x"), ("b.c", "1"), ("b.d", r#"[1,{"e":2}]"#), ("t", "true")];
        assert_eq!(pairs, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
        assert_eq!(flat(&json!("plain")), [("details".to_owned(), "plain".to_owned())]);
    }

    #[test]
    fn too_much_is_cut_and_said() {
        let many: serde_json::Map<String, Value> = (0..100).map(|i| (format!("k{i:03}"), json!("v"))).collect();
        let pairs = flat(&Value::Object(many));
        assert_eq!(pairs.len(), MOST_ANNOTATIONS);
        assert_eq!(pairs[0], ("details.left_out".into(), "37 more were sent".into()));
        assert_eq!(flat(&json!({"a": "ä".repeat(10_000)}))[0].1.len(), MOST_VALUE);
    }

    proptest! {
        #[test]
        fn always_within_bounds(names in proptest::collection::vec(".{0,30}", 0..100), value in "\\PC{0,50}") {
            let fields = names.into_iter().map(|n| (n, json!(value))).collect();
            prop_assert!(flat(&Value::Object(fields)).len() <= MOST_ANNOTATIONS);
        }
    }
}
