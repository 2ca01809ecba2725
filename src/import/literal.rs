//! Reads JSON and the literals of JavaScript, with the offset of each value.
//!
//! Besides JSON it accepts what exports and source files have: several values in a row, comments,
//! trailing commas, keys without quotes, single quotes, and statements such as `export const a =`
//! before a value.

/// The maximum depth of arrays and objects.
const MAX_DEPTH: usize = 32;

/// A value and its offset.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub(super) offset: usize,
    pub(super) value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    String(String),
    Array(Vec<Node>),
    Object(Vec<(Node, Node)>),
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Error {
    pub(super) offset: usize,
    pub(super) message: &'static str,
}

impl Node {
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        match &self.value {
            Value::Number(number) => Some(*number),
            // Exported tables have all values as text.
            Value::String(text) => text.trim().parse().ok().filter(|it: &f64| it.is_finite()),
            _ => None,
        }
    }

    pub(super) fn is_true(&self) -> bool {
        self.value == Value::Bool(true) || self.text() == Some("true")
    }

    pub(super) fn is_false(&self) -> bool {
        self.value == Value::Bool(false) || self.text() == Some("false")
    }

    /// The items of an array; empty for other values.
    pub(super) fn items(&self) -> &[Node] {
        match &self.value {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// The keys and values of an object; empty for other values.
    pub(super) fn members(&self) -> &[(Node, Node)] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The value of a key, in any case.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let is_key = |name: &Node| name.text().is_some_and(|it| it.eq_ignore_ascii_case(key));
        self.members().iter().find(|(name, _)| is_key(name)).map(|(_, value)| value)
    }

    /// The first value of a key in this value or in one inside of it.
    pub(super) fn find(&self, key: &str) -> Option<&Node> {
        let inside = || self.members().iter().find_map(|(_, value)| value.find(key));
        self.get(key).or_else(inside).or_else(|| self.items().iter().find_map(|it| it.find(key)))
    }
}

/// Reads all values of a text.
///
/// # Errors
/// The first place that is not a value.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, Error> {
    let mut reader = Reader { text, at: 0 };
    let mut values = Vec::new();
    loop {
        reader.space()?;
        reader.skip_while(|c| c == ';' || c == ',');
        reader.space()?;
        reader.statement(values.is_empty());
        if reader.peek().is_none() {
            break;
        }
        values.push(reader.value(0)?);
    }
    match values.is_empty() {
        true => reader.error("the file is empty"),
        false => Ok(values),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn error<T>(&self, message: &'static str) -> Result<T, Error> {
        Err(Error { offset: self.at.min(self.text.len()), message })
    }

    fn skip_while(&mut self, is_part: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Skips whitespace and comments.
    fn space(&mut self) -> Result<(), Error> {
        loop {
            self.skip_while(|c| c.is_whitespace() || c == '\u{FEFF}');
            let rest = self.rest();
            if rest.starts_with("//") {
                self.skip_while(|c| c != '\n');
            } else if rest.starts_with("/*") {
                let Some(length) = rest.find("*/") else {
                    return self.error("a comment does not end");
                };
                self.at += length + 2;
            } else {
                return Ok(());
            }
        }
    }

    /// Skips the start of a statement, up to the value: `export const cuss =`, `module.exports =`.
    fn statement(&mut self, is_first: bool) {
        let before = self.at;
        // With the types of TypeScript.
        let is_word = |c: char| c.is_alphanumeric() || "_$. :<>,".contains(c);
        let words = self.skip_while(is_word).trim();
        let is_known = ["export", "module", "const", "var", "let", "exports"]
            .iter()
            .any(|word| words.split([' ', '.']).next() == Some(word));
        if is_known && self.space().is_ok() {
            if self.peek() == Some('=') {
                self.at += 1;
            }
            if self.space().is_ok() && matches!(self.peek(), Some('[' | '{' | '"' | '\'')) {
                return;
            }
        }
        // Statements after the value, such as `export default cuss`.
        self.at = if is_known && !is_first { self.text.len() } else { before };
    }

    fn value(&mut self, depth: usize) -> Result<Node, Error> {
        if depth > MAX_DEPTH {
            return self.error("too many arrays and objects inside each other");
        }
        let offset = self.at;
        let value = match self.peek() {
            Some('[') => self.array(depth)?,
            Some('{') => self.object(depth)?,
            Some(quote @ ('"' | '\'')) => Value::String(self.string(quote)?),
            Some('-' | '0'..='9') => self.number()?,
            Some(c) if c.is_alphabetic() => {
                let start = self.at;
                match self.skip_while(char::is_alphanumeric) {
                    "null" | "undefined" => Value::Null,
                    "true" => Value::Bool(true),
                    "false" => Value::Bool(false),
                    _ => {
                        self.at = start;
                        return self.error("expected a value");
                    }
                }
            }
            Some(_) => return self.error("expected a value"),
            None => return self.error("the file ends in the middle"),
        };
        Ok(Node { offset, value })
    }

    fn array(&mut self, depth: usize) -> Result<Value, Error> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.space()?;
            if self.peek() == Some(']') {
                self.at += 1;
                return Ok(Value::Array(items));
            }
            items.push(self.value(depth + 1)?);
            self.comma(']')?;
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, Error> {
        self.at += 1;
        let mut members = Vec::new();
        loop {
            self.space()?;
            let offset = self.at;
            let key = match self.peek() {
                Some('}') => {
                    self.at += 1;
                    return Ok(Value::Object(members));
                }
                Some(quote @ ('"' | '\'')) => self.string(quote)?,
                Some(c) if c.is_alphanumeric() || matches!(c, '_' | '$') => {
                    self.skip_while(|c| c.is_alphanumeric() || matches!(c, '_' | '$')).to_owned()
                }
                None => return self.error("the file ends in the middle"),
                Some(_) => return self.error("expected a key"),
            };
            self.space()?;
            if self.peek() != Some(':') {
                return self.error("expected `:`");
            }
            self.at += 1;
            self.space()?;
            let value = self.value(depth + 1)?;
            members.push((Node { offset, value: Value::String(key) }, value));
            self.comma('}')?;
        }
    }

    /// Reads a comma, unless the end follows.
    fn comma(&mut self, end: char) -> Result<(), Error> {
        self.space()?;
        match self.peek() {
            Some(',') => {
                self.at += 1;
                Ok(())
            }
            Some(c) if c == end => Ok(()),
            None => self.error("the file ends in the middle"),
            Some(_) => self.error("expected a comma"),
        }
    }

    fn number(&mut self) -> Result<Value, Error> {
        let start = self.at;
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        match self.skip_while(is_part).parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Value::Number(number)),
            _ => {
                self.at = start;
                self.error("invalid number")
            }
        }
    }

    fn string(&mut self, quote: char) -> Result<String, Error> {
        self.at += 1;
        let mut text = String::new();
        loop {
            text += self.skip_while(|c| c != quote && c != '\\' && c != '\n');
            match self.peek() {
                Some('\\') => {
                    self.at += 1;
                    let c = self.escape()?;
                    text.extend(c);
                }
                Some(c) if c == quote => {
                    self.at += 1;
                    return Ok(text);
                }
                _ => return self.error("a string does not end"),
            }
        }
    }

    /// Reads what follows a backslash. A half of a surrogate pair is a replacement character.
    fn escape(&mut self) -> Result<Option<char>, Error> {
        let Some(c) = self.peek() else { return self.error("a string does not end") };
        self.at += c.len_utf8();
        Ok(Some(match c {
            'b' => '\u{8}',
            'f' => '\u{C}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            // A line that continues, in JavaScript.
            '\n' => return Ok(None),
            'u' => {
                let high = self.unit()?;
                let is_pair = (0xD800..0xDC00).contains(&high) && self.rest().starts_with("\\u");
                if !is_pair {
                    return Ok(Some(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER)));
                }
                let before = self.at;
                self.at += 2;
                let low = self.unit()?;
                if !(0xDC00..0xE000).contains(&low) {
                    self.at = before;
                    return Ok(Some(char::REPLACEMENT_CHARACTER));
                }
                let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            c => c,
        }))
    }

    fn unit(&mut self) -> Result<u32, Error> {
        let digits = self.rest().get(..4).filter(|it| it.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(unit) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            return self.error("invalid `\\u` escape");
        };
        self.at += 4;
        Ok(unit)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plain(node: &Node) -> serde_json::Value {
        match &node.value {
            Value::Null => json!(null),
            Value::Bool(value) => json!(value),
            Value::Number(number) => json!(number),
            Value::String(text) => json!(text),
            Value::Array(items) => items.iter().map(plain).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(key, value)| (key.text().unwrap_or_default().to_owned(), plain(value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }

    fn read(text: &str) -> serde_json::Value {
        parse(text).map_or_else(
            |error| json!(format!("{}: {}", error.offset, error.message)),
            |values| values.iter().map(plain).collect(),
        )
    }

    #[test]
    fn json_and_javascript_are_read() {
        for (text, expected) in [
            (
                r#"{"a": [1.5, -2e3, "x\n\"\u00e9\ud83d\ude00\ud800"]}"#,
                json!([{"a": [1.5, -2000.0, "x\n\"é😀\u{FFFD}"]}]),
            ),
            ("[true, false, null,]", json!([[true, false, null]])),
            ("{}\n[]\n", json!([{}, []])),
            (
                "// words\nexport const cuss = {\n  abbo: 1.0, // maybe\n  'a b': 2.5,\n}\n",
                json!([{"abbo": 1.0, "a b": 2.5}]),
            ),
            ("const a = {b: 1.5};\nexport default a;\n", json!([{"b": 1.5}])),
            ("module.exports = ['a', /* no */ \"b\"];", json!([["a", "b"]])),
            ("export const cuss: Record<string, number> = {}", json!([{}])),
            ("[1.5", json!("4: the file ends in the middle")),
            ("[\"a\n\"]", json!("3: a string does not end")),
            ("", json!("0: the file is empty")),
            ("[1.5 2]", json!("5: expected a comma")),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert!(parse(&"[".repeat(100)).is_err());
    }
}
