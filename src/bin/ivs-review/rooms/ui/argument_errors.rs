//! Collects invalid arguments to report all at once: [`ArgumentErrors`].

use anyhow::bail;
use ivs_chat_review::provision::invalid_argument::InvalidArgument;

/// Arguments that the service would reject, with their options. The values are not included: they
/// may be personal data.
#[derive(Default)]
pub(crate) struct ArgumentErrors(Vec<String>);

impl ArgumentErrors {
    /// Records the error of an option, if there is one.
    pub(crate) fn check<T>(
        &mut self,
        option: &str,
        result: Result<T, InvalidArgument>,
    ) -> Result<T, InvalidArgument> {
        if let Err(error) = &result {
            self.0.push(format!("{option}: {error}"));
        }
        result
    }

    /// Parses each value of a repeatable option, and records the errors.
    pub(crate) fn check_each<T>(
        &mut self,
        option: &str,
        values: &[String],
        parse: impl Fn(&str) -> Result<T, InvalidArgument>,
    ) -> Result<Vec<T>, InvalidArgument> {
        let label = |n: usize| match values.len() {
            1 => option.to_owned(),
            _ => format!("{option}, number {}", n + 1),
        };
        let parse = |(n, value): (usize, &String)| self.check(&label(n), parse(value));
        // All are parsed before the first error is returned.
        let all: Vec<Result<T, InvalidArgument>> = values.iter().enumerate().map(parse).collect();
        all.into_iter().collect()
    }

    /// Returns all recorded errors as one.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        match self.0.as_slice() {
            [] => Ok(()),
            [one] => bail!("{one}"),
            all => bail!("{} invalid arguments:\n  {}", all.len(), all.join("\n  ")),
        }
    }
}
