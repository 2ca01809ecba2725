//! YouTube Studio: the field "Blocked words", one text with commas between the words. YouTube
//! matches them inside longer words too.

use super::draft::{Action, Draft};
use super::item::Item;
use super::{Problem, Source};

const INSIDE: &str = "YouTube also matches it inside longer words; add --partial for that";

/// Reads blocked words.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Draft>, Problem> {
    let is_partial = source.options.partial;
    let item = |(line, word)| match is_partial {
        true => Item::partial(line, word, true),
        false => Item::partial(line, word, false).narrowed(INSIDE),
    };
    let items = words(source).map(item);
    Ok(vec![Draft::new("youtube-blocked-words", Action::Deny(None)).with(items)])
}

/// Returns the words between commas and line ends, with their lines.
pub(super) fn words<'s>(source: &Source<'s>) -> impl Iterator<Item = (usize, &'s str)> {
    let words = source.lines().flat_map(|(number, line)| {
        line.split([',', '、', '，']).map(move |word| (number, word.trim()))
    });
    words.filter(|(_, word)| !word.is_empty())
}
