//! Edits of lists that solve problems: exceptions for common words, duplicates, redundant entries.
//!
//! **Example.** `cat*` also matches *catch*, and line 3 repeats it:
//!
//! ```text
//! 1  cat*             1  cat*
//! 2  dog              2  ! catch
//! 3  Cat*             3  dog
//! ```

use std::collections::{BTreeMap, HashSet};

use crate::diagnostic::{Code, Diagnostic};
use crate::encoding::Encoding;
use crate::rules::MANIFEST;
use crate::source::{SourceId, Sources};

/// What happens to one line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The list.
    pub source: SourceId,
    /// The number of the line, from 1.
    pub line: usize,
    /// The line as it is.
    pub before: String,
    /// The line as it will be; `None` if it is removed.
    pub after: Option<String>,
    /// Lines to insert below it.
    pub added: Vec<String>,
}

impl Edit {
    /// The number of lines that it changes, removes or adds.
    pub fn lines(&self) -> usize {
        self.added.len() + usize::from(self.after.as_ref() != Some(&self.before))
    }
}

/// Returns the edits that solve problems of lists, by list and line: the exceptions that
/// `common-word-match` offers are added below their entry, and duplicates are removed. With
/// `redundant`, redundant entries are commented out.
pub fn edits(sources: &Sources, diagnostics: &[Diagnostic], redundant: bool) -> Vec<Edit> {
    let mut edits: BTreeMap<(SourceId, usize), Edit> = BTreeMap::new();
    let mut known: BTreeMap<SourceId, HashSet<String>> = BTreeMap::new();
    for diagnostic in diagnostics {
        let Some(location) = diagnostic.location else { continue };
        let source = location.source;
        let Some(text) = list_text(sources, source) else { continue };
        let line = sources.position(source, location.span.start).line;
        let Some(before) = text.lines().nth(line - 1) else { continue };
        let edit = || Edit {
            source,
            line,
            before: before.to_owned(),
            after: Some(before.to_owned()),
            added: Vec::new(),
        };
        match diagnostic.code {
            Code::CommonWordMatch if !diagnostic.paste.is_empty() => {
                let known = known
                    .entry(source)
                    .or_insert_with(|| text.lines().map(|line| line.trim().to_owned()).collect());
                let new = diagnostic.paste.iter().filter(|line| known.insert((*line).clone()));
                let new: Vec<String> = new.cloned().collect();
                if !new.is_empty() {
                    edits.entry((source, line)).or_insert_with(edit).added.extend(new);
                }
            }
            // A diagnostic without a related location is about several lines.
            Code::DuplicateEntry if diagnostic.related.is_some() => {
                edits.entry((source, line)).or_insert_with(edit).after = None;
            }
            Code::RedundantEntry if redundant && diagnostic.related.is_some() => {
                edits.entry((source, line)).or_insert_with(edit).after =
                    Some(format!("# {}", before.trim_start()));
            }
            _ => {}
        }
    }
    // An entry that is removed or commented out needs no exceptions.
    edits
        .into_values()
        .map(|edit| match &edit.after {
            Some(after) if *after == edit.before => edit,
            _ => Edit { added: Vec::new(), ..edit },
        })
        .collect()
}

/// Returns the text of a list in UTF-8; `None` for other files.
fn list_text(sources: &Sources, id: SourceId) -> Option<&str> {
    let source = sources.get(id);
    let is_list = source.path != MANIFEST && source.path.ends_with(".txt");
    let is_in_folder = sources.in_folder().len() > id.0 as usize;
    let is_utf8 = sources.encoding(id) == Encoding::Utf8;
    let content = source.content.as_ref().ok().filter(|_| is_list && is_in_folder && is_utf8)?;
    str::from_utf8(content).ok()
}

/// Returns the content of a list with the edits of it. Line ends stay as they are.
pub fn apply(content: &str, edits: &[Edit]) -> String {
    let edits: BTreeMap<usize, &Edit> = edits.iter().map(|edit| (edit.line, edit)).collect();
    let usual = if content.contains("\r\n") { "\r\n" } else { "\n" };
    let mut result = String::with_capacity(content.len());
    for (number, line) in content.split_inclusive('\n').enumerate() {
        let Some(edit) = edits.get(&(number + 1)) else {
            result += line;
            continue;
        };
        let (text, end) = match line.strip_suffix('\n') {
            Some(text) => match text.strip_suffix('\r') {
                Some(text) => (text, "\r\n"),
                None => (text, "\n"),
            },
            None => (line, ""),
        };
        match &edit.after {
            None => {}
            Some(after) if *after == edit.before => result += text,
            Some(after) => result += after,
        }
        if edit.after.is_some() {
            result += end;
        }
        for added in &edit.added {
            // The last line may have no end.
            match end {
                "" => result.extend([usual, added]),
                end => result.extend([added, end]),
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(line: usize, before: &str, after: Option<&str>, added: &[&str]) -> Edit {
        Edit {
            source: SourceId(0),
            line,
            before: before.to_owned(),
            after: after.map(str::to_owned),
            added: added.iter().map(|&line| line.to_owned()).collect(),
        }
    }

    #[test]
    fn line_ends_stay() {
        let edits = [
            edit(1, "cat*", Some("cat*"), &["! catch", "! category"]),
            edit(2, "dog", Some("# dog"), &[]),
            edit(3, "Cat*", None, &[]),
            edit(4, "ham*", Some("ham*"), &["! hamlet"]),
        ];
        for (before, after) in [
            ("cat*\ndog\nCat*\nham*\n", "cat*\n! catch\n! category\n# dog\nham*\n! hamlet\n"),
            ("cat*\ndog\nCat*\nham*", "cat*\n! catch\n! category\n# dog\nham*\n! hamlet"),
            (
                "\u{FEFF}cat*\r\ndog\r\nCat*\r\nham*",
                "\u{FEFF}cat*\r\n! catch\r\n! category\r\n# dog\r\nham*\r\n! hamlet",
            ),
        ] {
            assert_eq!(apply(before, &edits), after);
        }
    }
}
