//! `surge-ai/profanity`: CSV with the columns `text`, `category_1` and `severity_rating`.

use super::draft::{Action, Draft, slug};
use super::dsojevic::too_mild;
use super::item::Item;
use super::{Problem, Source, table};

/// Reads entries, with a rule for each category.
pub(super) fn read(source: &Source<'_>) -> Result<Vec<Draft>, Problem> {
    let rows = table::rows(source.text, table::separator(source.text))?;
    let Some((header, rows)) = rows.split_first() else { return Ok(Vec::new()) };
    let column = |name: &str| header.cells.iter().position(|it| it.eq_ignore_ascii_case(name));
    let Some(words) = column("text") else {
        return Err((header.line, "no column `text`".to_owned()));
    };
    let (category, severity) = (column("category_1"), column("severity_rating"));
    let mut drafts: Vec<Draft> = Vec::new();
    for row in rows {
        let cell = |column: Option<usize>| column.and_then(|it| row.cells.get(it));
        let text = cell(Some(words)).map_or("", String::as_str);
        let item = match too_mild(source, cell(severity).and_then(|it| it.parse().ok())) {
            Some(reason) => Item::left_out(row.line, text, reason),
            None => Item::partial(row.line, text, source.options.partial),
        };
        let category = cell(category).filter(|it| !it.is_empty()).map_or("general", String::as_str);
        let id = slug(&format!("surge-{category}"));
        match drafts.iter_mut().find(|draft| draft.rule.id == id) {
            Some(draft) => draft.items.push(item),
            None => drafts.push(Draft::new(id, Action::Mask("stars")).with([item])),
        }
    }
    Ok(drafts)
}
