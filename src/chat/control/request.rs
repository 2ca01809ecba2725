//! The REST-JSON protocol: from method, path, query and body to an operation with its input.

use serde_json::{Map, Value};

use crate::chat::contract::{self, Operation};

/// An HTTP request, as far as the protocol uses it.
#[derive(Clone, Copy, Debug)]
pub struct HttpRequest<'r> {
    /// Such as `POST`.
    pub method: &'r str,
    /// Percent-encoded.
    pub path: &'r str,
    /// Percent-encoded, without the question mark.
    pub query: Option<&'r str>,
    /// The header.
    pub content_type: Option<&'r str>,
    /// The body.
    pub body: &'r [u8],
}

impl HttpRequest<'_> {
    /// Returns the operation and its input from path, query and body.
    ///
    /// # Errors
    ///
    /// If the request is not one of IVS Chat. The error says why.
    pub fn parse(&self) -> Result<(&'static Operation, Value), String> {
        self.parse_with(contract::named)
    }

    /// Like [`HttpRequest::parse`], for the operations that `named` returns.
    ///
    /// # Errors
    ///
    /// If the request is not one of these operations. The error says why.
    pub fn parse_with(
        &self,
        named: impl Fn(&str) -> Option<&'static Operation>,
    ) -> Result<(&'static Operation, Value), String> {
        let (operation, mut input) = self.route(named)?;
        if self.method != "POST" {
            return match self.body {
                [] => Ok((operation, Value::Object(input))),
                _ => Err("unexpected body".into()),
            };
        }
        let content_type = self.content_type.unwrap_or_default();
        let kind = content_type.split(';').next().unwrap_or_default();
        if !kind.trim().eq_ignore_ascii_case("application/json") {
            return Err(format!("content-type is `{content_type}`, expected application/json"));
        }
        let body: Value = serde_json::from_slice(self.body).map_err(|error| error.to_string())?;
        let Value::Object(body) = body else { return Err("the body is not an object".into()) };
        input.extend(body);
        Ok((operation, Value::Object(input)))
    }

    /// Returns the operation and the part of its input that is in path and query.
    fn route(
        &self,
        named: impl Fn(&str) -> Option<&'static Operation>,
    ) -> Result<(&'static Operation, Map<String, Value>), String> {
        let mut input = Map::new();
        let tagged = self.path.strip_prefix("/tags/");
        let name = match (self.method, tagged) {
            ("GET", Some(_)) => "ListTagsForResource",
            ("POST", Some(_)) => "TagResource",
            ("DELETE", Some(_)) => "UntagResource",
            ("POST", None) => self.path.strip_prefix('/').unwrap_or_default(),
            _ => "",
        };
        // Operations on tags have paths without their names.
        let about_tags = ["ListTagsForResource", "TagResource", "UntagResource"].contains(&name);
        let operation = named(name).filter(|_| about_tags == tagged.is_some());
        let operation =
            operation.ok_or_else(|| format!("no operation is {} {}", self.method, self.path))?;
        if let Some(label) = tagged {
            if label.contains([':', '/']) {
                return Err("the ARN in the path is not percent-encoded".into());
            }
            input.insert("resourceArn".into(), decoded(label)?.into());
        }
        match (name, self.query) {
            ("UntagResource", query) => {
                let keys = query.unwrap_or_default().split('&').map(|pair| {
                    let key =
                        pair.strip_prefix("tagKeys=").ok_or("the query has more than tagKeys")?;
                    decoded(key).map(Value::from)
                });
                let keys = keys.collect::<Result<Vec<Value>, String>>()?;
                input.insert("tagKeys".into(), keys.into());
            }
            (_, None | Some("")) => {}
            _ => return Err("this operation has no query".into()),
        }
        Ok((operation, input))
    }
}

/// Decodes `%XX`. A percent sign without two hexadecimal digits stays as it is.
pub fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.first_chunk::<2>().and_then(|digits| {
            let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
            u8::try_from(high? << 4 | low?).ok()
        });
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map_err(|_| "invalid UTF-8".to_owned())
}
