//! `import`: word lists of other systems become a list and a rule in shadow mode.

mod output;
mod target;

use std::fs::File as Handle;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, bail};
use ivs_chat_review::import::{File, Import, Options, import};
use ivs_chat_review::language::Language;
use ivs_chat_review::rules::MAX_FILE;

use self::output::Report;
use self::target::Target;
use crate::cli::{CheckArgs, FolderArgs, ImportArgs};
use crate::commands::check;
use crate::options::Format;
use crate::rules_dir::today;
use crate::terminal::shown_path;
use crate::{Outcome, ignore_broken_pipe};

pub(crate) fn run(args: &ImportArgs) -> anyhow::Result<Outcome> {
    let language = args.language.as_deref().map(language).transpose()?;
    let files = args.files.iter().map(|path| read(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let options = Options {
        format: args.from,
        partial: args.partial,
        regex: args.regex,
        min_severity: args.min_severity,
        column: args.column.clone(),
        language,
        action: args.action.map(Into::into),
        today: today(),
    };
    let imported = import(&files, &options).map_err(|error| {
        let path = shown_path(&args.files[error.file]);
        match error.line {
            0 => anyhow::anyhow!("{path}: {error}"),
            line => anyhow::anyhow!("{path}:{line}: {error}"),
        }
    })?;
    let target = Target::new(&args.into, &imported)?;
    if !args.dry_run {
        target.write(&imported)?;
    }
    let is_written = !args.dry_run && !imported.rules.is_empty();
    let report = Report { args, imported: &imported, target: &target };
    let checked = is_written && args.format == Format::Json;
    let counts = checked.then(|| check::count_problems(&args.into)).transpose()?;
    ignore_broken_pipe(match args.format {
        Format::Json => report.write_json(counts),
        Format::Text => report.write_text(),
    })?;
    Ok(match counts {
        Some((errors, _)) if errors > 0 => Outcome::Findings,
        None if is_written => check::run(&CheckArgs {
            folder: FolderArgs { path: args.into.clone() },
            ..CheckArgs::default()
        })?,
        _ if has_entries(&imported) => Outcome::Fine,
        _ => Outcome::Findings,
    })
}

fn has_entries(imported: &Import) -> bool {
    !imported.rules.is_empty()
}

fn language(tag: &str) -> anyhow::Result<Language> {
    if let Some(language) = Language::from_tag(tag) {
        return Ok(language);
    }
    let known: Vec<&str> = Language::all().map(Language::code).collect();
    bail!("unknown language `{tag}`; languages: {}", known.join(", "))
}

/// Reads a file, or standard input.
fn read(path: &Path) -> anyhow::Result<File> {
    let mut bytes = Vec::new();
    let limit = MAX_FILE + 1;
    let is_stdin = path == Path::new("-");
    let read = match is_stdin {
        true => io::stdin().lock().take(limit).read_to_end(&mut bytes),
        false => Handle::open(path).and_then(|it| it.take(limit).read_to_end(&mut bytes)),
    };
    read.with_context(|| format!("cannot read `{}`", shown_path(path)))?;
    if bytes.len() as u64 > MAX_FILE {
        bail!("`{}` is larger than {} MiB", shown_path(path), MAX_FILE >> 20);
    }
    let name = match path.file_name() {
        Some(name) if !is_stdin => name.to_string_lossy().into_owned(),
        _ => "stdin".to_owned(),
    };
    Ok(File { name, bytes })
}
