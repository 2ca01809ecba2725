//! Plain lists: one entry per line, a JSON array, or a column of a table.

use super::draft::{Action, Draft};
use super::item::Item;
use super::literal::Node;
use super::{Problem, Source, table};

/// The headers of a column of words.
const WORD_HEADERS: [&str; 12] = [
    "text",
    "term",
    "terms",
    "word",
    "words",
    "phrase",
    "phrases",
    "keyword",
    "keywords",
    "entry",
    "badword",
    "profanity",
];

const STAR: &str = "`*` is a character in a plain list; if it is a wildcard, add --as twitch";

/// Reads a list.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Draft>, Problem> {
    let language = source.language_of_name();
    let id = match language {
        Some(language) => format!("words-{}", language.code()),
        None => source.stem().to_owned(),
    };
    let mut draft = Draft::new(id, Action::Mask("stars")).with(entries(source, plain));
    draft.rule.language = language;
    if language.is_some() && !source.name.contains('.') {
        // The only published lists without an extension.
        let license = "that of its source; of a list of LDNOOBW: CC BY 4.0, \
                       https://github.com/LDNOOBW/List-of-Dirty-Naughty-Obscene-and-Otherwise-Bad-Words";
        draft.rule.license = Some(license);
    }
    Ok(vec![draft])
}

/// Returns an item for each line of a text, or for each string of a JSON array.
pub(super) fn entries(
    source: &Source<'_>,
    read: impl Fn(&Source<'_>, usize, &str) -> Item,
) -> Vec<Item> {
    let words = source.values().ok().map(|values| values.iter().filter_map(words_of_json));
    let words: Vec<&Node> = words.into_iter().flatten().flatten().collect();
    if !words.is_empty() {
        let words = words.into_iter();
        let words = words.map(|it| (source.line(it.offset), it.text().unwrap_or_default()));
        return words.map(|(line, word)| read(source, line, word)).collect();
    }
    let lines = source.lines().filter(|(_, line)| !line.is_empty() && !is_comment(line));
    lines.map(|(number, line)| read(source, number, line)).collect()
}

/// Whether a line of a plain list is a comment. `#word` is a hashtag.
fn is_comment(line: &str) -> bool {
    line == "#" || line.starts_with("# ") || line.starts_with("//") || line.starts_with("##")
}

/// The strings of a JSON array, or of the only array of strings in an object.
pub(super) fn words_of_json(node: &Node) -> Option<&[Node]> {
    let is_list =
        |it: &&Node| !it.items().is_empty() && it.items().iter().all(|item| item.text().is_some());
    if is_list(&node) {
        return Some(node.items());
    }
    let mut lists = node.members().iter().map(|(_, value)| value).filter(is_list);
    let list = lists.next()?;
    lists.next().is_none().then(|| list.items())
}

/// An entry without wildcards.
fn plain(source: &Source<'_>, line: usize, text: &str) -> Item {
    if source.options.regex {
        return Item::pattern(line, text, text.to_owned());
    }
    let word = unquoted(text);
    let is_wildcard =
        word.starts_with('*') != word.ends_with('*') || (word.len() > 2 && word.starts_with('*'));
    let has_word = word.chars().filter(|c| c.is_alphanumeric()).count() > 2;
    let item = Item::partial(line, word, source.options.partial);
    let item = Item { entry: text.to_owned(), ..item };
    let is_single = word.trim_matches('*').len() + 2 >= word.len();
    match is_wildcard && has_word && is_single {
        true => item.narrowed(STAR),
        false => item,
    }
}

/// Removes the quotes and the comma of a line that was copied from source code: `"word",`.
fn unquoted(text: &str) -> &str {
    let word = text.strip_suffix(',').unwrap_or(text).trim_end();
    let inner = ['"', '\''].into_iter().find_map(|quote| {
        let inner = word.strip_prefix(quote)?.strip_suffix(quote)?;
        (inner.chars().filter(|c| c.is_alphanumeric()).count() > 1 && !inner.contains(quote))
            .then_some(inner)
    });
    let ends_in_word = word.ends_with(char::is_alphanumeric);
    inner.unwrap_or(if ends_in_word { word } else { text })
}

/// Reads a column of a table.
pub(super) fn read_table(source: &Source<'_>) -> Result<Vec<Draft>, Problem> {
    let items = column(source, plain)?;
    Ok(vec![Draft::new(source.stem(), Action::Mask("stars")).with(items)])
}

/// Returns the column of words of a table by its header.
pub(super) fn word_column(header: &[String]) -> Option<usize> {
    let is_header = |name: &str| header.iter().position(|it| it.eq_ignore_ascii_case(name));
    WORD_HEADERS.into_iter().find_map(is_header)
}

/// Returns an item for each cell of the column of words.
pub(super) fn column(
    source: &Source<'_>,
    read: impl Fn(&Source<'_>, usize, &str) -> Item,
) -> Result<Vec<Item>, Problem> {
    let mut rows = table::rows(source.text, table::separator(source.text))?;
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let header = &first.cells;
    let named = word_column(header);
    let (column, has_header) = match &source.options.column {
        None => match named {
            Some(column) => (column, true),
            None if rows.iter().all(|row| row.cells.len() == 1) => (0, false),
            None => {
                let message = "no column named text, term, word, phrase or keyword; \
                               set --column to its name or number";
                return Err((first.line, message.to_owned()));
            }
        },
        Some(name) => match name.parse::<usize>() {
            Ok(number) => (number.wrapping_sub(1), named.is_some()),
            Err(_) => match header.iter().position(|it| it.eq_ignore_ascii_case(name)) {
                Some(column) => (column, true),
                None => {
                    let message = format!("no column `{name}`; there are {}", header.join(", "));
                    return Err((first.line, message));
                }
            },
        },
    };
    if rows.iter().all(|row| row.cells.len() <= column) {
        return Err((0, "the table has fewer columns than --column".to_owned()));
    }
    if has_header {
        rows.remove(0);
    }
    let items = rows.iter().map(|row| match row.cells.get(column) {
        Some(cell) if !cell.is_empty() => read(source, row.line, cell),
        _ => Item::left_out(row.line, &row.cells.join(","), "the column is empty in this row"),
    });
    Ok(items.collect())
}
