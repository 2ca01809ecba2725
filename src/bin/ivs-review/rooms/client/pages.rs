//! Reads lists to their end: [`Pages`].

use std::collections::HashSet;

use super::error::ServiceError;

/// The page tokens of one list.
pub(super) struct Pages {
    operation: &'static str,
    left: usize,
    tokens: HashSet<String>,
    next: Option<String>,
}

impl Pages {
    /// Starts before the first page of a list with at most `max` pages.
    pub(super) fn new(operation: &'static str, max: usize) -> Pages {
        Pages { operation, left: max, tokens: HashSet::new(), next: None }
    }

    /// Returns the token of the page to read.
    pub(super) fn token(&self) -> Option<String> {
        self.next.clone()
    }

    /// Proceeds to the page after the one that was read. Returns whether there is one.
    ///
    /// # Errors
    ///
    /// If a token occurs again, or there are too many pages: the list would never end.
    pub(super) fn proceed(&mut self, next: Option<String>) -> Result<bool, ServiceError> {
        let Some(token) = next.filter(|token| !token.is_empty()) else { return Ok(false) };
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || !self.tokens.insert(token.clone()) {
            let problem = format!("the pages of {} do not end", self.operation);
            return Err(ServiceError::unexpected(&problem));
        }
        self.next = Some(token);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(max: usize, tokens: &[&str]) -> Result<usize, String> {
        let mut pages = Pages::new("ListChannels", max);
        for (read, token) in tokens.iter().enumerate() {
            let next = Some((*token).to_owned()).filter(|token| *token != "-");
            match pages.proceed(next) {
                Ok(true) => assert_eq!(pages.token().as_deref(), Some(*token)),
                Ok(false) => return Ok(read + 1),
                Err(error) => return Err(error.message),
            }
        }
        panic!("the list did not end")
    }

    #[test]
    fn lists_end_or_fail() {
        assert_eq!(read(3, &["-"]), Ok(1));
        assert_eq!(read(3, &["a", "b", ""]), Ok(3));
        let endless = "unexpected answer: the pages of ListChannels do not end".to_owned();
        for tokens in [&["a", "b", "a"][..], &["a", "a"], &["a", "b", "c", "d"]] {
            assert_eq!(read(3, tokens), Err(endless.clone()), "{tokens:?}");
        }
    }
}
