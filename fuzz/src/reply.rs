//! The replies that the service accepts: "Chat Message Review Handler" in the Amazon IVS Chat User
//! Guide.

use std::collections::BTreeMap;

use serde_json::Value;

/// The longest content, in code points.
const MAX_CONTENT: usize = 500;

/// The maximum size of attributes, in bytes of compact JSON. The guide says 1 KB, but not
/// how it is measured; this is the strictest reading.
const MAX_ATTRIBUTES: usize = 1_000;

/// A reply as the service reads it.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) allows: bool,
    pub(super) content: String,
    /// `None` if the message keeps its attributes.
    pub(super) attributes: Option<BTreeMap<String, String>>,
}

impl Reply {
    /// Reads a reply to a message with the content `original`, and checks that the service accepts
    /// it.
    pub(super) fn read(json: &[u8], original: &str) -> Reply {
        let text = std::str::from_utf8(json).expect("a reply is UTF-8");
        let Ok(Value::Object(mut reply)) = serde_json::from_slice(json) else {
            panic!("{text} is not an object");
        };
        let allows = match reply.remove("ReviewResult").as_ref().and_then(Value::as_str) {
            Some("ALLOW") => true,
            Some("DENY") => false,
            _ => panic!("{text} has no result"),
        };
        let Some(Value::String(content)) = reply.remove("Content") else {
            panic!("{text} has no content");
        };
        let attributes = reply.remove("Attributes").map(|value| {
            let length = value.to_string().len();
            assert!(length <= MAX_ATTRIBUTES, "{length} bytes of attributes in {text}");
            let Ok(attributes) = serde_json::from_value(value) else {
                panic!("{text} has attributes that are not strings");
            };
            attributes
        });
        assert!(reply.is_empty(), "{text} has unknown keys");

        if allows {
            let (length, sent) = (content.chars().count(), original.chars().count());
            assert!(length >= 1 || sent == 0, "empty content for {original:?}");
            assert!(length <= MAX_CONTENT.max(sent), "{length} code points for {original:?}");
        } else {
            assert_eq!(content, original);
        }
        Reply { allows, content, attributes }
    }
}
