//! `fmt`: writes lists in the canonical layout.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;
use ivs_chat_review::format::{FormattedLine, FormattedList, format_list};
use ivs_chat_review::rules::{MANIFEST, MAX_FILE, listing};

use super::diff::{Change, write_diff};
use crate::cli::FmtArgs;
use crate::files;
use crate::input::read_file;
use crate::terminal::{count, shown_path};
use crate::{Outcome, ignore_broken_pipe};

/// A list and its bytes.
struct List {
    path: PathBuf,
    bytes: Vec<u8>,
}

pub(crate) fn run(args: &FmtArgs) -> anyhow::Result<Outcome> {
    let mut problems = Vec::new();
    let mut lists = Vec::new();
    for path in paths(&args.paths, &mut problems)? {
        match read(&path) {
            Ok(bytes) => lists.push(List { path, bytes }),
            Err(problem) => problems.push(problem),
        }
    }
    let mut formatted = Vec::new();
    for list in &lists {
        match format_list(&list.bytes) {
            Ok(it) => formatted.push((list, it)),
            Err(error) => {
                let line = error.line.map_or(String::new(), |line| format!(":{line}"));
                problems.push(format!("{}{line}: {error}", shown_path(&list.path)));
            }
        }
    }
    match &problems[..] {
        [] => {}
        [problem] => bail!("{problem}; nothing was written"),
        all => {
            bail!("nothing was written, because of {} problems:\n  {}", all.len(), all.join("\n  "))
        }
    }
    let is_stdin = lists.iter().any(|list| list.path == Path::new("-"));
    if is_stdin && !args.check && !args.diff {
        let bytes: Vec<u8> = formatted.iter().flat_map(|(_, list)| list.bytes()).collect();
        ignore_broken_pipe(io::stdout().lock().write_all(&bytes))?;
        return Ok(Outcome::Fine);
    }
    formatted.retain(|(_, list)| list.is_changed());
    if !args.check && !args.diff {
        for (List { path, bytes }, list) in &formatted {
            files::replace_unchanged(path, bytes, &list.bytes())?;
        }
    }
    ignore_broken_pipe(report(args, &formatted, lists.len()))?;
    let is_fine = formatted.is_empty() || !(args.check || args.diff);
    Ok(if is_fine { Outcome::Fine } else { Outcome::Findings })
}

/// Returns the paths of the lists that arguments name, each once. Other files are problems.
fn paths(arguments: &[PathBuf], problems: &mut Vec<String>) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for argument in arguments {
        if argument.is_dir() {
            let files = listing(argument)?.into_iter().map(|(path, ..)| path);
            let lists = files.filter(|path| path.ends_with(".txt")).map(|path| argument.join(path));
            for path in lists {
                match path.is_symlink() {
                    true => problems.push(format!(
                        "`{}` is a symbolic link, which is not a rule file; name the file that it \
                         points to",
                        shown_path(&path)
                    )),
                    false => paths.push(path),
                }
            }
        } else if argument.file_name().is_some_and(|name| name == MANIFEST) {
            problems.push(format!(
                "`{}` is not a list; only lists are formatted",
                shown_path(argument)
            ));
        } else if argument.is_file() && argument.extension().is_none_or(|it| it != "txt") {
            problems.push(format!(
                "`{}` is not a list; the names of lists end in .txt",
                shown_path(argument)
            ));
        } else {
            paths.push(argument.clone());
        }
    }
    if arguments.len() > 1 && paths.iter().any(|path| path == Path::new("-")) {
        bail!("`-` can only be formatted alone");
    }
    let mut seen = BTreeSet::new();
    paths.retain(|path| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
    Ok(paths)
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    // Reading a named pipe may never end.
    if path.exists() && !path.is_file() && path != Path::new("-") {
        return Err(format!("`{}` is not a regular file", shown_path(path)));
    }
    read_file(path, MAX_FILE as usize).map_err(|error| format!("{error:#}"))
}

/// Prints which of all lists change, and with `--diff` how.
fn report(args: &FmtArgs, changed: &[(&List, FormattedList<'_>)], all: usize) -> io::Result<()> {
    let mut out = io::BufWriter::new(anstream::stdout().lock());
    let (formatted, are) = match args.check || args.diff {
        true => ("would format", "would be formatted"),
        false => ("formatted", "formatted"),
    };
    for (List { path, .. }, list) in changed {
        match args.diff {
            true => {
                let name = path.to_string_lossy();
                write_diff(&mut out, &name, &changes(&list.lines))?;
            }
            false => writeln!(out, "{formatted} {}", shown_path(path))?,
        }
    }
    let lists = count(all, "list", "lists");
    let summary = match changed.len() {
        0 => format!("{lists}, nothing to format"),
        number => format!("{number} of {lists} {are}"),
    };
    match args.diff {
        true => {
            out.flush()?;
            writeln!(anstream::stderr(), "{summary}")
        }
        false => {
            writeln!(out, "{summary}")?;
            out.flush()
        }
    }
}

fn changes<'l>(lines: &'l [FormattedLine<'_>]) -> Vec<Change<'l>> {
    let changed = lines.iter().enumerate().filter(|(_, line)| line.is_changed());
    let change = |(number, line): (usize, &'l FormattedLine<'_>)| {
        let before = line.before;
        let is_unended = !before.ends_with('\n') && line.after.is_some();
        // A line break is only shown if it changes.
        let is_long = before.ends_with("\r\n") || is_unended;
        let both = line.after.as_deref().is_none_or(|after| after.ends_with("\r\n"));
        let text = |line: &'l str| match line.strip_suffix("\r\n").filter(|_| is_long && both) {
            Some(text) => text,
            None => line.strip_suffix('\n').unwrap_or(line),
        };
        let after = line.after.as_deref().map(text).into_iter().collect();
        Change { line: number + 1, before: text(before), after, is_unended }
    };
    changed.map(change).collect()
}
