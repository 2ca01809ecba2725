//! Reads the lines of a stream: [`Lines`].

use std::io::{self, BufRead, BufReader};

use crate::input::MAX_EVENT;

/// Reads lines into one buffer of bounded size.
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    /// The number of the current line, from 1.
    number: u64,
    /// What the error of a line begins with.
    path: &'static str,
}

impl<R: io::Read> Lines<R> {
    /// Reads lines of JSON. As all errors of an event, that of a line begins with the path `$`.
    pub(crate) fn new(input: BufReader<R>) -> Lines<R> {
        Lines { input, line: Vec::new(), number: 0, path: "$: " }
    }

    /// Reads lines of text.
    pub(crate) fn of_text(input: BufReader<R>) -> Lines<R> {
        Lines { path: "", ..Lines::new(input) }
    }

    /// Returns the number of the last line, from 1.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Returns the next line without its line break, or an error for a line that is too long;
    /// `None` at the end of the input.
    pub(crate) fn next(&mut self) -> io::Result<Option<Result<&[u8], String>>> {
        self.line.clear();
        let mut too_long = false;
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                if self.line.is_empty() && !too_long {
                    return Ok(None);
                }
                break;
            }
            let end = buffer.iter().position(|&byte| byte == b'\n');
            let part = &buffer[..end.unwrap_or(buffer.len())];
            if self.line.len() + part.len() > MAX_EVENT {
                too_long = true;
                self.line.clear();
            } else if !too_long {
                self.line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        self.number += 1;
        if too_long {
            return Ok(Some(Err(format!("{}longer than {} MiB", self.path, MAX_EVENT >> 20))));
        }
        Ok(Some(Ok(&self.line)))
    }

    /// Whether the buffer contains another complete line.
    pub(crate) fn has_next_line(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_and_counted_and_long_ones_are_errors() {
        let long = "x".repeat(MAX_EVENT + 1);
        let text = format!("one\n\n{long}\nlast");
        let mut lines = Lines::new(BufReader::new(text.as_bytes()));
        let mut next = || {
            let line = lines.next().expect("memory can be read");
            line.map(|line| line.map(|line| String::from_utf8_lossy(line).into_owned()))
        };
        assert_eq!(next(), Some(Ok("one".into())));
        assert_eq!(next(), Some(Ok(String::new())));
        assert_eq!(next(), Some(Err("$: longer than 6 MiB".into())));
        assert_eq!(next(), Some(Ok("last".into())));
        assert_eq!(next(), None);
        assert_eq!(lines.number, 4);

        let mut lines = Lines::of_text(BufReader::new(long.as_bytes()));
        let error = lines.next().expect("memory can be read").expect("a line");
        assert_eq!(error, Err("longer than 6 MiB".to_owned()));
    }
}
