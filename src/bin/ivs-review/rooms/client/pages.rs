//! The pages of a list, and when a list that does not end is given up: [`Pages`].

use std::collections::HashSet;

use super::ServiceError;
use super::operation::Operation;

/// The maximum number of items per page that IVS Chat accepts.
pub(super) const PAGE_SIZE: i32 = 50;
/// How many pages in a row may contain nothing new. A page may be empty if the service filters
/// after reading, and these are all pages of an account with the default quota.
const MAX_PAGES_WITHOUT_NEWS: usize = 1_000;
/// The maximum length of a token, in bytes; the documented one is 1,024 characters.
const MAX_TOKEN: usize = 8 << 10;

/// The pages of a list that were read so far.
pub(super) struct Pages {
    operation: Operation,
    max: usize,
    /// All tokens so far.
    tokens: HashSet<String>,
    next: Option<String>,
    /// How many of the last pages contained nothing new.
    without_news: usize,
}

impl Pages {
    /// Begins a list of at most `max` pages.
    pub(super) fn new(operation: Operation, max: usize) -> Pages {
        Pages { operation, max, tokens: HashSet::new(), next: None, without_news: 0 }
    }

    /// Returns the token of the page to read.
    pub(super) fn token(&self) -> Option<String> {
        self.next.clone()
    }

    /// Proceeds to the page after the one that was read, which contained anything that was not
    /// listed before if `is_new`. Returns whether there is one.
    ///
    /// # Errors
    ///
    /// If the list does not end: a token is repeated, or there are too many pages.
    pub(super) fn proceed(
        &mut self,
        next: Option<String>,
        is_new: bool,
    ) -> Result<bool, ServiceError> {
        let Some(token) = next.filter(|token| !token.is_empty()) else { return Ok(false) };
        self.without_news = if is_new { 0 } else { self.without_news + 1 };
        let pages = self.tokens.len() + 1;
        let problem = if token.len() > MAX_TOKEN {
            format!("the next page has a token of {} bytes", token.len())
        } else if !self.tokens.insert(token.clone()) {
            format!("page {pages} has the same token as an earlier one")
        } else if self.without_news >= MAX_PAGES_WITHOUT_NEWS {
            format!("the last {MAX_PAGES_WITHOUT_NEWS} pages contain nothing new")
        } else if pages >= self.max {
            format!("there are more than {} pages", self.max)
        } else {
            self.next = Some(token);
            return Ok(true);
        };
        let operation = self.operation.name();
        Err(ServiceError::unexpected(&format!("{operation} does not end: {problem}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads pages with the tokens that the function returns, until the list ends.
    fn read(token: impl Fn(usize) -> Option<String>, is_new: impl Fn(usize) -> bool) -> String {
        let mut pages = Pages::new(Operation::ListRooms, 20_000);
        for page in 1.. {
            match pages.proceed(token(page), is_new(page)) {
                Ok(true) => assert_eq!(pages.token(), token(page)),
                Ok(false) => return format!("{page} pages"),
                Err(error) => return format!("{page}: {error}"),
            }
        }
        unreachable!("it ends")
    }

    #[test]
    fn lists_end() {
        let new = |page: usize| Some(page.to_string());
        for (found, expected) in [
            (read(|_| None, |_| true), "1 pages"),
            (read(|_| Some(String::new()), |_| true), "1 pages"),
            (read(|page| new(page).filter(|_| page < 1_000), |_| false), "1000 pages"),
            (
                read(|_| Some("a".to_owned()), |_| true),
                "2: unexpected answer: ListRooms does not end: page 2 has the same token as an earlier one",
            ),
            (
                read(new, |_| false),
                "1000: unexpected answer: ListRooms does not end: the last 1000 pages contain nothing new",
            ),
            (
                read(new, |page| page % 1_000 == 0),
                "20000: unexpected answer: ListRooms does not end: there are more than 20000 pages",
            ),
            (
                read(|_| Some("a".repeat(MAX_TOKEN + 1)), |_| true),
                "1: unexpected answer: ListRooms does not end: the next page has a token of 8193 bytes",
            ),
        ] {
            assert_eq!(found, expected);
        }
    }
}
