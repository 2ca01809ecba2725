//! Validates JSON and splits it into members in one pass: [`Scanner`].
//!
//! It accepts what `serde_json` accepts as a `RawValue`, at any depth: it does not recurse, and an
//! open array or object that is skipped takes one byte. Unpaired surrogates are valid in a string
//! (RFC 8259, section 8.2), and numbers are valid whatever their range. Strings are borrowed, and
//! copied only to decode their escapes.

use std::borrow::Cow;

use super::json::plain_len;

/// The text is not JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Invalid;

/// A valid value in its original form, without whitespace around it.
#[derive(Clone, Copy)]
pub(crate) struct Value<'a> {
    pub(crate) json: &'a str,
    /// Whether a string in it has escapes.
    escaped: bool,
}

impl<'a> Value<'a> {
    /// The kind of the value, by its first byte.
    pub(crate) fn kind(self) -> &'static str {
        match self.json.as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "an array",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a boolean",
            Some(b'n') => "null",
            _ => "a number",
        }
    }

    pub(crate) fn is_string(self) -> bool {
        self.json.starts_with('"')
    }

    /// The text of a string, with U+FFFD for each byte of an unpaired surrogate, so that the rest
    /// is still reviewed.
    pub(crate) fn string(self) -> Cow<'a, str> {
        match self.unquoted() {
            text if self.escaped => Cow::Owned(decode(text).0),
            text => Cow::Borrowed(text),
        }
    }

    /// The text of a string, decoded by [`Value::string`]; `None` if the value is not a string.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        self.is_string().then(|| self.string())
    }

    /// The text of a string; `None` if it has an unpaired surrogate.
    pub(crate) fn unicode(self) -> Option<Cow<'a, str>> {
        match self.unquoted() {
            text if self.escaped => {
                let (text, unpaired) = decode(text);
                (unpaired == 0).then_some(Cow::Owned(text))
            }
            text => Some(Cow::Borrowed(text)),
        }
    }

    /// The value as JSON with decoded strings, quotes included: `["\u0041"]` gives `["A"]`.
    pub(crate) fn unescaped(self) -> Cow<'a, str> {
        if !self.escaped {
            return Cow::Borrowed(self.json);
        }
        let mut text = String::with_capacity(self.json.len());
        let mut scanner = Scanner::new(self.json);
        while let Some(start) = scanner.json[scanner.at..].find('"') {
            text.push_str(&scanner.json[scanner.at..][..start]);
            scanner.at += start;
            let Ok(string) = scanner.string() else { break };
            text.extend(["\"", &string.string(), "\""]);
        }
        Cow::Owned(text + &scanner.json[scanner.at..])
    }

    /// The string without its quotes.
    fn unquoted(self) -> &'a str {
        self.json.get(1..self.json.len().saturating_sub(1)).unwrap_or_default()
    }
}

/// A cursor into a JSON text, which reads each byte once.
pub(crate) struct Scanner<'a> {
    json: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(json: &'a str) -> Scanner<'a> {
        let mut scanner = Scanner { json, at: 0 };
        scanner.skip_whitespace();
        scanner
    }

    /// Whether only whitespace is left.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.skip_whitespace();
        self.at == self.json.len()
    }

    /// Whether the next value is an object.
    pub(crate) fn at_object(&self) -> bool {
        self.peek() == Some(b'{')
    }

    /// Calls `member` with the name of each member of the next value, which must be an object.
    /// `member` must consume the value.
    #[inline]
    pub(crate) fn members(
        &mut self,
        mut member: impl FnMut(&mut Scanner<'a>, Value<'a>) -> Result<(), Invalid>,
    ) -> Result<(), Invalid> {
        self.expect(b'{')?;
        self.skip_whitespace();
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            let name = self.name()?;
            member(self, name)?;
            self.skip_whitespace();
            if !self.eat(b',') {
                return self.expect(b'}');
            }
            self.skip_whitespace();
        }
    }

    /// Returns the next value.
    #[inline]
    pub(crate) fn value(&mut self) -> Result<Value<'a>, Invalid> {
        if self.peek() == Some(b'"') {
            return self.string();
        }
        let start = self.at;
        let escaped = self.skip_non_string()?;
        Ok(Value { json: &self.json[start..self.at], escaped })
    }

    /// Skips the next value.
    pub(crate) fn skip(&mut self) -> Result<(), Invalid> {
        self.value().map(|_| ())
    }

    /// Skips a value that is not a string. Returns whether a string in it has escapes.
    fn skip_non_string(&mut self) -> Result<bool, Invalid> {
        // The closing brackets of the open arrays and objects.
        let mut open = Vec::new();
        let mut escaped = false;
        loop {
            match self.peek() {
                Some(b'"') => escaped |= self.string()?.escaped,
                Some(b'-' | b'0'..=b'9') => self.number()?,
                Some(b't') => self.literal("true")?,
                Some(b'f') => self.literal("false")?,
                Some(b'n') => self.literal("null")?,
                Some(bracket @ (b'[' | b'{')) => {
                    self.at += 1;
                    self.skip_whitespace();
                    // In ASCII a closing bracket is two after its opening one.
                    let end = bracket + 2;
                    if !self.eat(end) {
                        open.push(end);
                        if end == b'}' {
                            escaped |= self.name()?.escaped;
                        }
                        continue;
                    }
                }
                _ => return Err(Invalid),
            }
            // After a value.
            loop {
                let Some(&end) = open.last() else { return Ok(escaped) };
                self.skip_whitespace();
                if self.eat(b',') {
                    self.skip_whitespace();
                    if end == b'}' {
                        escaped |= self.name()?.escaped;
                    }
                    break;
                }
                self.expect(end)?;
                open.pop();
            }
        }
    }

    /// Returns the name of a member and skips the colon.
    #[inline]
    fn name(&mut self) -> Result<Value<'a>, Invalid> {
        let name = self.string()?;
        self.skip_whitespace();
        self.expect(b':')?;
        self.skip_whitespace();
        Ok(name)
    }

    #[inline]
    fn string(&mut self) -> Result<Value<'a>, Invalid> {
        let start = self.at;
        let mut escaped = false;
        self.expect(b'"')?;
        loop {
            self.at += plain_len(&self.json.as_bytes()[self.at..]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Value { json: &self.json[start..self.at], escaped });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escapes()?;
                }
                // The end of the text, or a control character.
                _ => return Err(Invalid),
            }
        }
    }

    /// Skips a run of escapes.
    fn escapes(&mut self) -> Result<(), Invalid> {
        while self.eat(b'\\') {
            let rest = &self.json.as_bytes()[self.at..];
            self.at += match rest {
                [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 1,
                [b'u', a, b, c, d, ..] if hex([*a, *b, *c, *d]).is_some() => 5,
                _ => return Err(Invalid),
            }
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Invalid> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        } else if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(Invalid);
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(())
    }

    /// Skips digits; at least one is required.
    fn digits(&mut self) -> Result<(), Invalid> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Invalid) }
    }

    fn literal(&mut self, literal: &str) -> Result<(), Invalid> {
        if !self.json.as_bytes()[self.at..].starts_with(literal.as_bytes()) {
            return Err(Invalid);
        }
        self.at += literal.len();
        Ok(())
    }

    #[inline]
    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Invalid> {
        if self.eat(byte) { Ok(()) } else { Err(Invalid) }
    }

    /// Skips a byte if it is next.
    #[inline]
    fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }
}

/// Decodes a valid string without its quotes. Returns its number of unpaired surrogates as well.
fn decode(mut json: &str) -> (String, usize) {
    let mut text = String::with_capacity(json.len());
    let mut unpaired = 0;
    loop {
        let (before, escape) = json.split_at(json.find('\\').unwrap_or(json.len()));
        text.push_str(before);
        let (c, length) = match escape.as_bytes() {
            [b'\\', b'u', ..] => match unit(escape) {
                Some(high @ 0xD800..0xDC00) => match unit(&escape[6..]) {
                    Some(low @ 0xDC00..0xE000) => {
                        let bits = (u32::from(high) & 0x3FF) << 10 | u32::from(low) & 0x3FF;
                        (char::from_u32(0x1_0000 + bits), 12)
                    }
                    _ => (None, 6),
                },
                unit => (unit.and_then(|unit| char::from_u32(unit.into())), 6),
            },
            [b'\\', escape, ..] => (Some(unescaped_byte(*escape).into()), 2),
            _ => return (text, unpaired),
        };
        if let Some(c) = c {
            text.push(c);
        } else {
            unpaired += 1;
            text.push_str("\u{FFFD}\u{FFFD}\u{FFFD}");
        }
        json = &escape[length..];
    }
}

/// The UTF-16 code unit of a `\uXXXX` escape at the beginning of a text.
fn unit(json: &str) -> Option<u16> {
    hex(*json.as_bytes().strip_prefix(b"\\u")?.first_chunk()?)
}

/// The character of an escape other than `\u`.
fn unescaped_byte(escape: u8) -> u8 {
    match escape {
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        itself => itself,
    }
}

/// The number of four hexadecimal digits.
#[inline]
fn hex(digits: [u8; 4]) -> Option<u16> {
    /// The value of each byte as a digit; 0xFF if it is not a digit.
    const DIGITS: [u8; 256] = {
        let mut digits = [0xFF; 256];
        let mut value = 0;
        while value < 16 {
            let digit = b"0123456789abcdef"[value as usize];
            digits[digit as usize] = value;
            digits[digit.to_ascii_uppercase() as usize] = value;
            value += 1;
        }
        digits
    };
    let [a, b, c, d] = digits.map(|digit| DIGITS[usize::from(digit)]);
    let number = u16::from(a) << 12 | u16::from(b) << 8 | u16::from(c) << 4 | u16::from(d);
    ((a | b | c | d) < 16).then_some(number)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::value::RawValue;

    use super::*;

    /// Compares the value at the beginning of a text, if there is one, with that of `serde_json`.
    fn agrees_with_serde(json: &str) {
        let mut reference = serde_json::Deserializer::from_str(json);
        let reference = <&RawValue>::deserialize(&mut reference).ok().map(RawValue::get);
        let value = Scanner::new(json).value().ok();
        assert_eq!(value.map(|value| value.json), reference, "{json:?}");
        if let Some(value) = value {
            assert_eq!(value.escaped, value.json.contains('\\'), "{json:?}");
        }
    }

    #[test]
    fn values_are_valid_as_in_serde_json() {
        const PIECES: [&str; 32] = [
            "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "\u{b}", "\0", "\u{1f}", "\u{7f}",
            "é", "0", "1", "-", "+", ".", "e", "E", "true", "false", "null", "nul", "\\u00e9",
            "\\ud800", "\\u12", "\\n", "\"a\"", "\"a\":",
        ];
        for a in PIECES {
            for b in PIECES {
                for c in PIECES {
                    let abc = [a, b, c].concat();
                    for (before, after) in [("", ""), ("[", "]"), ("{\"a\":", "}"), ("\"", "\"")] {
                        agrees_with_serde(&[before, &abc, after].concat());
                    }
                }
            }
        }
    }

    #[test]
    fn escapes_are_noticed_anywhere_in_a_value() {
        for json in [
            r#"["\n", "\n"]"#,
            r#"["\n", ""]"#,
            r#"{"\n": 1}"#,
            r#"["\n", {"\n": 1}]"#,
            r#"{"a": 1, "\n": 1}"#,
            r#"{"\n": 1, "a": 1}"#,
            r#"{"\n": 1, "\n": 1}"#,
            r#"{"a": 1, "b": [1, "c"]}"#,
        ] {
            agrees_with_serde(json);
        }
    }

    #[test]
    fn exponents_have_one_sign_at_most() {
        for json in ["1e5", "1e-5", "1E+5", "1e+-5", "1e-+5", "1e--5", "1e-", "1e+"] {
            agrees_with_serde(json);
        }
    }

    #[test]
    fn each_digit_of_an_escape_is_checked() {
        for invalid in 0..16 {
            let digit = |at: u8| if invalid & 1 << at == 0 { '0' } else { 'z' };
            agrees_with_serde(&format!("\"\\u{}\"", (0..4).map(digit).collect::<String>()));
        }
    }

    #[test]
    fn a_value_has_a_kind() {
        for (json, kind) in [
            ("{}", "an object"),
            ("[]", "an array"),
            ("\"\"", "a string"),
            ("true", "a boolean"),
            ("false", "a boolean"),
            ("null", "null"),
            ("-1", "a number"),
        ] {
            assert_eq!(Scanner::new(json).value().ok().map(Value::kind), Some(kind), "{json}");
        }
    }

    #[test]
    fn an_escape_may_be_anywhere_in_a_string() {
        for length in 0..20 {
            for at in 0..=length {
                for piece in ["\\", "\\\"", "\\u0", "\\uD83D\\uDE00", "\\x", "\"", "\t", ""] {
                    let mut json = "\"".to_owned() + &"x".repeat(length);
                    json.insert_str(1 + at, piece);
                    agrees_with_serde(&json);
                    agrees_with_serde(&(json + "\""));
                }
            }
        }
    }

    #[test]
    fn deep_values_do_not_recurse_and_are_validated() {
        for (open, close) in [("[", "]"), ("{\"\":", "}"), ("[{\"\":", "}]")] {
            let deep = |closed| open.repeat(200_000) + "0" + &close.repeat(closed);
            assert!(Scanner::new(&deep(200_000)).value().is_ok());
            assert!(Scanner::new(&deep(199_999)).value().is_err());
        }
    }
}
