//! Everything that is wrong with what was typed, told at once: [`Problems`].

use anyhow::bail;
use ivs_chat_review::provision::invalid_argument::InvalidArgument;

/// What the service would refuse, and where it was typed. What was typed is not told: it may be about
/// somebody.
#[derive(Default)]
pub(crate) struct Problems(Vec<String>);

impl Problems {
    /// Notes what is wrong at that place.
    pub(crate) fn at<T>(
        &mut self,
        place: &str,
        result: Result<T, InvalidArgument>,
    ) -> Result<T, InvalidArgument> {
        if let Err(error) = &result {
            self.0.push(format!("{place}: {error}"));
        }
        result
    }

    /// The same for each of the texts that were typed there.
    pub(crate) fn each<T>(
        &mut self,
        place: &str,
        texts: &[String],
        read: impl Fn(&str) -> Result<T, InvalidArgument>,
    ) -> Result<Vec<T>, InvalidArgument> {
        let number = |n: usize| match texts.len() {
            1 => place.to_owned(),
            _ => format!("{place}, number {}", n + 1),
        };
        let read = |(n, text): (usize, &String)| self.at(&number(n), read(text));
        let all: Vec<Result<T, InvalidArgument>> = texts.iter().enumerate().map(read).collect();
        all.into_iter().collect()
    }

    /// Ends the command if there was anything.
    pub(crate) fn end(self) -> anyhow::Result<()> {
        match self.0.as_slice() {
            [] => Ok(()),
            [one] => bail!("{one}"),
            all => bail!("{} things are wrong:\n  {}", all.len(), all.join("\n  ")),
        }
    }
}
