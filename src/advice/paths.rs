//! Help for lists that are not found, with the files of the folder.

use std::collections::HashMap;

use strsim::damerau_levenshtein;
use toml::de::DeTable;

use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources};
use crate::span::Span;

/// The maximum number of edits between a wrong name and the one that is suggested. Other lists are
/// often close to each other, and a wrong one is worse than none.
const MAX_EDITS: usize = 2;
/// The maximum number of lists that are compared.
const MAX_LISTS: usize = 1_000;

/// The lists that the rules of `rules.toml` name.
pub(super) struct NamedLists {
    /// The start of each rule and its ID, in order.
    rules: Vec<(usize, String)>,
    /// For each list, the indices of the rules that name it.
    by_list: HashMap<String, Vec<usize>>,
}

impl NamedLists {
    pub(super) fn read(manifest: &DeTable<'_>) -> NamedLists {
        let rules = manifest.get("rule").and_then(|value| value.get_ref().as_array());
        let mut named = NamedLists { rules: Vec::new(), by_list: HashMap::new() };
        for rule in rules.into_iter().flatten() {
            let Some(table) = rule.get_ref().as_table() else { continue };
            let id = table.get("id").and_then(|id| id.get_ref().as_str()).unwrap_or_default();
            let lists = table.get("lists").and_then(|lists| lists.get_ref().as_array());
            for list in lists.into_iter().flatten().filter_map(|list| list.get_ref().as_str()) {
                named.by_list.entry(list.to_owned()).or_default().push(named.rules.len());
            }
            named.rules.push((rule.span().start, id.to_owned()));
        }
        named
    }

    /// The index of the rule at an offset.
    fn index_at(&self, at: usize) -> Option<usize> {
        self.rules.partition_point(|(start, _)| *start <= at).checked_sub(1)
    }

    /// The ID of the rule at an offset.
    fn rule_at(&self, at: usize) -> Option<&str> {
        let (_, id) = &self.rules[self.index_at(at)?];
        Some(id.as_str()).filter(|id| !id.is_empty())
    }

    /// Whether another rule than the one at an offset names a list.
    fn is_of_another(&self, list: &str, at: usize) -> bool {
        let rule = self.index_at(at);
        self.by_list.get(list).is_some_and(|rules| rules.iter().any(|&it| Some(it) != rule))
    }
}

/// Explains a list that is not in the folder.
pub(super) fn missing(
    sources: &Sources,
    text: &str,
    named: &NamedLists,
    span: Span,
    diagnostic: &mut Diagnostic,
) {
    let Some(path) = string(text, span) else { return };
    diagnostic.message = format!("list file not found: `{}`", crate::display::display_short(&path));
    let help = match nearest(sources, named, &path, span.start) {
        // Some file managers hide `.txt`.
        Some(near) if near.strip_suffix(".txt") == Some(&path) => {
            format!("rename the file `{near}` to `{path}`")
        }
        Some(near) => format!("did you mean \"{near}\"?"),
        None => match named.rule_at(span.start) {
            Some(rule) => format!("put the file back, or remove it from the rule `{rule}`"),
            None => "put the file back, or remove it from this array".to_owned(),
        },
    };
    diagnostic.help = Some(help);
    diagnostic.paste = Vec::new();
}

/// The list that a path probably means.
fn nearest(sources: &Sources, named: &NamedLists, path: &str, at: usize) -> Option<String> {
    let lists = || sources.paths().map(|(path, _)| path).filter(|path| path.ends_with(".txt"));
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let wanted = name(path);
    // In another folder, with another case, or with an ending that the system hides.
    let moved = lists().find(|list| {
        let list = name(list);
        list == wanted
            || list.strip_suffix(".txt") == Some(&wanted)
            || wanted.strip_suffix(".txt") == Some(&list)
    });
    if let Some(list) = moved {
        return Some(list.to_owned());
    }
    let stem = |path: &str| path.strip_suffix(".txt").unwrap_or(path).to_lowercase();
    let wanted = stem(path);
    let free = lists().filter(|list| !named.is_of_another(list, at)).take(MAX_LISTS);
    let distance = |list: &str| damerau_levenshtein(&stem(list), &wanted);
    free.map(|list| (distance(list), list))
        .filter(|&(edits, list)| edits <= MAX_EDITS && edits * 4 < name(list).len())
        .min()
        .map(|(_, list)| list.to_owned())
}

/// Explains a list that no rule uses, which may be a copy.
pub(super) fn unused(sources: &Sources, source: SourceId, diagnostic: &mut Diagnostic) {
    let this = sources.get(source);
    let lists = || {
        let paths = sources.paths().filter(|&(path, id)| id != source && path.ends_with(".txt"));
        paths.map(|(path, id)| (path, sources.get(id)))
    };
    let has_text = |bytes: &[u8]| !bytes.trim_ascii().is_empty();
    let same = lists().find(|(_, it)| match (&it.content, &this.content) {
        (Ok(theirs), Ok(ours)) => theirs == ours && has_text(ours),
        _ => false,
    });
    let original = original_name(&this.path);
    let named = lists().find(|(path, _)| original.as_deref() == Some(path));
    if let Some((path, _)) = named.or(same) {
        diagnostic.message =
            format!("this list is not used by any rule, and looks like a copy of `{path}`");
        diagnostic.help = Some(format!(
            "delete it; if it has entries that `{path}` lacks, move them there first"
        ));
    } else if original.is_some() {
        diagnostic.message = "this list is not used by any rule, and looks like a copy".to_owned();
        diagnostic.help =
            Some("delete it, or rename it and add it to `lists` of a rule".to_owned());
    } else {
        diagnostic.help =
            Some(format!("add it to a rule: `lists = [\"{}\"]`, or delete the file", this.path));
    }
}

/// The path without the marks of a copy or a backup: `insults - Copy (2).txt`, `insults (1).txt`,
/// `Copy of insults.txt`, `insults.bak.txt`, `insults.txt.txt`.
fn original_name(path: &str) -> Option<String> {
    const BEFORE: [&str; 4] = ["copy of ", "kopie von ", "copie de ", "copia de "];
    const AFTER: [&str; 14] = [
        "copy",
        "kopie",
        "copie",
        "copia",
        "копия",
        "backup",
        "bak",
        "old",
        "orig",
        "original",
        "new",
        "tmp",
        "temp",
        "txt",
    ];
    let stem = path.strip_suffix(".txt")?;
    let (folder, name) = stem
        .rsplit_once('/')
        .map_or(("", stem), |(_, name)| (&stem[..stem.len() - name.len()], name));
    let separators = [' ', '-', '_', '.', '–'];
    let mut rest = name;
    // A number, in brackets or after the mark.
    let numbered = rest.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    if let Some((before, _)) = numbered.filter(|(_, number)| number.parse::<u16>().is_ok()) {
        rest = before.trim_end_matches(separators);
    }
    let unnumbered =
        rest.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(separators);
    for text in [rest, unnumbered] {
        let lower = text.to_lowercase();
        let after = AFTER.iter().find_map(|mark| {
            let before = lower.strip_suffix(mark)?;
            before.ends_with(separators).then(|| before.trim_end_matches(separators).len())
        });
        if let Some(length) = after
            && let Some(before) = text.get(..length).filter(|before| !before.is_empty())
        {
            return Some(format!("{folder}{before}.txt"));
        }
        if let Some(mark) = BEFORE.iter().find(|mark| lower.starts_with(**mark)) {
            return text.get(mark.len()..).map(|name| format!("{folder}{name}.txt"));
        }
    }
    (rest.len() < name.len()).then(|| format!("{folder}{rest}.txt"))
}

/// Explains a path that is not one of a list.
pub(super) fn invalid(sources: &Sources, text: &str, span: Span, diagnostic: &mut Diagnostic) {
    let Some(path) = string(text, span) else { return };
    let slashes = path.replace('\\', "/");
    let parts = slashes.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let clean = parts.collect::<Vec<_>>().join("/");
    let stem = clean.rsplit_once('.').map_or(clean.as_str(), |(stem, _)| stem);
    let wanted = format!("{stem}.txt");
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let found = sources.paths().map(|(path, _)| path).filter(|path| path.ends_with(".txt"));
    let found: Vec<&str> = found.filter(|path| name(path) == name(&wanted)).collect();
    let extension = path.rsplit_once('.').map(|(_, extension)| extension).unwrap_or_default();
    let is_word = !path.contains(['/', '\\', '.']);
    diagnostic.help =
        Some(if let Some(list) = found.iter().find(|it| **it == wanted).or(found.first()) {
            format!("write \"{list}\"")
        } else if is_word {
            format!("`lists` names files; write words into `terms`: terms = [\"{path}\"]")
        } else if extension.eq_ignore_ascii_case("txt") && extension != "txt" {
            format!(
                "rename the file to `{wanted}`, with a lower-case `.txt`, and write \"{wanted}\""
            )
        } else if extension != "txt" && !extension.is_empty() {
            format!("save the list as plain text under the name `{wanted}`, one entry per line")
        } else {
            format!("copy the list into the rule folder, and write \"{wanted}\"")
        });
}

/// The string at a span, without quotes.
fn string(text: &str, span: Span) -> Option<String> {
    super::toml_string(text.get(span.range())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_of_a_copy_are_removed() {
        for (path, original) in [
            ("lists/insults - Copy.txt", Some("lists/insults.txt")),
            ("lists/insults - Copy (2).txt", Some("lists/insults.txt")),
            ("lists/insults (1).txt", Some("lists/insults.txt")),
            ("lists/insults copy 3.txt", Some("lists/insults.txt")),
            ("lists/Copy of insults.txt", Some("lists/insults.txt")),
            ("lists/insults.bak.txt", Some("lists/insults.txt")),
            ("lists/insults_old.txt", Some("lists/insults.txt")),
            ("insults.txt.txt", Some("insults.txt")),
            ("lists/insults – Kopie.txt", Some("lists/insults.txt")),
            ("lists/insults.txt", None),
            ("lists/gold.txt", None),
            ("lists/words2.txt", None),
            ("lists/self-harm.txt", None),
        ] {
            assert_eq!(original_name(path).as_deref(), original, "{path}");
        }
    }
}
