//! Validates JSON and splits it into members in one pass: [`Scanner`].
//!
//! It accepts what `serde_json` accepts as a `RawValue`, at any depth: no value is entered by recursion, and an
//! open list or object that is skipped takes one byte. Halves of surrogate pairs are valid in a string (RFC
//! 8259, section 8.2), and numbers are valid whatever their range. Strings are borrowed, and copied only to
//! decode their escapes.

use std::borrow::Cow;

use super::json::plain_len;

/// The text is not JSON.
#[derive(Clone, Copy, Debug)]
pub(super) struct Invalid;

/// A valid value as it is written, without whitespace around it.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) json: &'a str,
    /// Whether a string in it has escapes.
    escaped: bool,
}

impl<'a> Value<'a> {
    /// The kind of the value, by its first byte.
    pub(super) fn kind(self) -> &'static str {
        match self.json.as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "a list",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a boolean",
            Some(b'n') => "null",
            _ => "a number",
        }
    }

    pub(super) fn is_string(self) -> bool {
        self.json.starts_with('"')
    }

    /// The text of a string, with U+FFFD for each byte of half a surrogate pair, so that what surrounds it is
    /// still reviewed.
    pub(super) fn string(self) -> Cow<'a, str> {
        match self.inside() {
            text if self.escaped => Cow::Owned(decode(text).0),
            text => Cow::Borrowed(text),
        }
    }

    /// The text of a string; `None` if it has half a surrogate pair.
    pub(super) fn unicode(self) -> Option<Cow<'a, str>> {
        match self.inside() {
            text if self.escaped => {
                let (text, halves) = decode(text);
                (halves == 0).then_some(Cow::Owned(text))
            }
            text => Some(Cow::Borrowed(text)),
        }
    }

    /// The value as JSON with the strings in it decoded, quotes included: `["\u0041"]` gives `["A"]`.
    pub(super) fn unescaped(self) -> Cow<'a, str> {
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

    /// What is between the quotes of a string.
    fn inside(self) -> &'a str {
        self.json.get(1..self.json.len().saturating_sub(1)).unwrap_or_default()
    }
}

/// Walks over a value, of which each byte is looked at once.
pub(super) struct Scanner<'a> {
    json: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(json: &'a str) -> Scanner<'a> {
        let mut scanner = Scanner { json, at: 0 };
        scanner.space();
        scanner
    }

    /// Whether the next value is an object.
    pub(super) fn at_object(&self) -> bool {
        self.peek() == Some(b'{')
    }

    /// Calls `member` with the name of each member of the next value, which is an object; it must take the value.
    #[inline]
    pub(super) fn members(
        &mut self,
        mut member: impl FnMut(&mut Scanner<'a>, Value<'a>) -> Result<(), Invalid>,
    ) -> Result<(), Invalid> {
        self.expect(b'{')?;
        self.space();
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            let name = self.name()?;
            member(self, name)?;
            self.space();
            if !self.eat(b',') {
                return self.expect(b'}');
            }
            self.space();
        }
    }

    /// The next value.
    #[inline]
    pub(super) fn value(&mut self) -> Result<Value<'a>, Invalid> {
        if self.peek() == Some(b'"') {
            return self.string();
        }
        let start = self.at;
        let escaped = self.other()?;
        Ok(Value { json: &self.json[start..self.at], escaped })
    }

    /// Skips the next value.
    pub(super) fn skip(&mut self) -> Result<(), Invalid> {
        self.value().map(|_| ())
    }

    /// Skips a value that is not a string. Returns whether a string in it has escapes.
    fn other(&mut self) -> Result<bool, Invalid> {
        // What ends the lists and objects that are open.
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
                    self.space();
                    // In ASCII the brackets that end a list and an object are two after those that begin them.
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
                self.space();
                if self.eat(b',') {
                    self.space();
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

    /// The name of a member, after which its value is next.
    #[inline]
    fn name(&mut self) -> Result<Value<'a>, Invalid> {
        let name = self.string()?;
        self.space();
        self.expect(b':')?;
        self.space();
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

    /// Skips escapes, the first of which is next.
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

    /// Skips digits, of which there must be one.
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
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Invalid> {
        if self.eat(byte) { Ok(()) } else { Err(Invalid) }
    }

    /// Skips that byte if it is next.
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

/// The text of a valid string, without its quotes, and how many halves of surrogate pairs are in it.
fn decode(mut json: &str) -> (String, usize) {
    let mut text = String::with_capacity(json.len());
    let mut halves = 0;
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
            [b'\\', escape, ..] => (Some(control(*escape).into()), 2),
            _ => return (text, halves),
        };
        if let Some(c) = c {
            text.push(c);
        } else {
            halves += 1;
            text.push_str("\u{FFFD}\u{FFFD}\u{FFFD}");
        }
        json = &escape[length..];
    }
}

/// The UTF-16 unit of a `\uXXXX` with which some text begins.
fn unit(json: &str) -> Option<u16> {
    hex(*json.as_bytes().strip_prefix(b"\\u")?.first_chunk()?)
}

/// The character of an escape other than `\u`.
fn control(escape: u8) -> u8 {
    match escape {
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        itself => itself,
    }
}

/// The number that four hexadecimal digits are.
#[inline]
fn hex(digits: [u8; 4]) -> Option<u16> {
    /// The value of each byte as a digit; 0xFF if it is none.
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

    /// Compares the value with which some text begins, and whether there is one, with that of `serde_json`.
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
    fn the_same_values_are_valid_as_in_serde_json() {
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
    fn deep_values_neither_recurse_nor_pass_for_valid() {
        for (open, close) in [("[", "]"), ("{\"\":", "}"), ("[{\"\":", "}]")] {
            let deep = |closed| open.repeat(200_000) + "0" + &close.repeat(closed);
            assert!(Scanner::new(&deep(200_000)).value().is_ok());
            assert!(Scanner::new(&deep(199_999)).value().is_err());
        }
    }
}
