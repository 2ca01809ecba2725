//! `words/cuss`: an object of words, as JavaScript or JSON. Each has a number that says how likely it
//! is meant as profanity: 2 likely, 1 maybe, 0 unlikely. Only those with 2 are imported by default.

use super::draft::{Action, Draft};
use super::item::Item;
use super::{Problem, Source};

const LIKELY: f64 = 2.0;

/// Reads words.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Draft>, Problem> {
    let min = source.options.min_severity.unwrap_or(LIKELY);
    let language = source.language_of_name();
    let words = source.json()?.iter().flat_map(|value| value.members());
    let items = words.map(|(key, value)| {
        let (line, text) = (source.line(key.offset), key.text().unwrap_or_default());
        match value.number() {
            Some(number) if number < min => {
                let reason = format!(
                    "{number} of 2: it is rarely profanity; --min-severity {number} includes it"
                );
                Item::left_out(line, text, reason)
            }
            _ => Item::partial(line, text, source.options.partial),
        }
    });
    let id = language.map_or("cuss".to_owned(), |language| format!("cuss-{}", language.code()));
    let mut draft = Draft::new(id, Action::Mask("stars")).with(items);
    draft.rule.language = language;
    Ok(vec![draft])
}
