//! `check --fix`: edits lists to solve problems, and prints the edits.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Instant;

use anyhow::bail;
use ivs_chat_review::diagnostic::{Diagnostic, sort};
use ivs_chat_review::lint::CheckOptions;
use ivs_chat_review::lint::fix::{Edit, apply, edits};
use ivs_chat_review::source::{Source, SourceId, Sources};

use super::diagnose;
use super::target::Target;
use crate::cli::{CheckArgs, CheckFormat, FixWhat};
use crate::commands::diff::{Change, write_diff};
use crate::files;
use crate::rules_dir::{RuleFolder, today};
use crate::terminal::count;
use crate::{Outcome, ignore_broken_pipe};

/// How often the folder is checked again after edits: a list may have more problems of one kind than
/// are reported at once.
const MAX_ROUNDS: usize = 10;

/// Edits the lists of a folder. With `--dry-run` nothing is written, and edits are findings.
pub(super) fn run(args: &CheckArgs, target: &Target, what: FixWhat) -> anyhow::Result<Outcome> {
    let original = RuleFolder::open(&target.folder)?;
    let errors = number_of_errors(&original);
    let before = original.sources.clone();
    let mut folder = original;
    let mut number = 0;
    // Other formats have the problems of the edited rules on standard output.
    let mut out: Box<dyn Write> = match args.format {
        CheckFormat::Text => Box::new(anstream::stdout()),
        _ => Box::new(anstream::stderr()),
    };
    for round in 0.. {
        let options = CheckOptions {
            day: Some(args.on.unwrap_or_else(today)),
            max_words: usize::MAX,
            ..CheckOptions::default()
        };
        let mut diagnostics = diagnose(&mut folder, options);
        sort(&folder.sources, &mut diagnostics);
        target.hide_others(&folder.sources, &mut diagnostics);
        let edits = edits(&folder.sources, &diagnostics, what == FixWhat::All);
        if edits.is_empty() {
            break;
        }
        if round == MAX_ROUNDS {
            bail!(
                "the problems of the rules do not end after {MAX_ROUNDS} rounds; nothing was written"
            );
        }
        number += edits.iter().map(Edit::lines).sum::<usize>();
        ignore_broken_pipe(write_edits(&mut out, &folder.sources, &edits))?;
        let sources = edited(&folder.sources, &edits);
        folder = RuleFolder::compile(sources, Instant::now());
        if number_of_errors(&folder) > errors {
            bail!("the edits would make rules invalid; nothing was written");
        }
    }
    if number == 0 {
        writeln!(out, "nothing to fix")?;
        out.flush()?;
        return Ok(Outcome::Fine);
    }
    let (lines, would) =
        (count(number, "line", "lines"), if args.dry_run { "would be " } else { "" });
    writeln!(out, "{lines} {would}edited")?;
    if !args.dry_run {
        writeln!(out)?;
    }
    out.flush()?;
    if args.dry_run {
        return Ok(Outcome::Findings);
    }
    for (path, id) in folder.sources.paths() {
        let new = folder.sources.get(id).content.as_deref();
        let old = before.find(path).map(|id| before.get(id).content.as_deref());
        if let (Ok(new), Some(Ok(old))) = (new, old)
            && new != old
        {
            files::replace_unchanged(&target.folder.join(path), old, new)?;
        }
    }
    Ok(Outcome::Fine)
}

fn number_of_errors(folder: &RuleFolder) -> usize {
    folder.diagnostics.iter().filter(|it: &&Diagnostic| it.is_error()).count()
}

/// Returns the files with edits applied.
fn edited(sources: &Sources, edits: &[Edit]) -> Sources {
    let mut by_list: BTreeMap<SourceId, Vec<Edit>> = BTreeMap::new();
    for edit in edits {
        by_list.entry(edit.source).or_default().push(edit.clone());
    }
    let mut result = Sources::new(sources.prefix.clone());
    for (path, id) in sources.paths() {
        let content = sources.get(id).content.clone();
        let content = content.map(|bytes| match (by_list.get(&id), str::from_utf8(&bytes)) {
            (Some(edits), Ok(text)) => apply(text, edits).into_bytes(),
            _ => bytes,
        });
        result.push(Source { path: path.to_owned(), content });
    }
    result
}

/// Writes the edits as a unified diff.
fn write_edits(out: &mut impl Write, sources: &Sources, edits: &[Edit]) -> io::Result<()> {
    for edits in edits.chunk_by(|a, b| a.source == b.source) {
        let changes: Vec<Change<'_>> = edits.iter().map(change).collect();
        write_diff(out, &sources.name(edits[0].source), &changes)?;
    }
    Ok(())
}

fn change(edit: &Edit) -> Change<'_> {
    let after = edit.after.iter().chain(&edit.added).map(String::as_str).collect();
    Change { line: edit.line, before: &edit.before, after, is_unended: false }
}
