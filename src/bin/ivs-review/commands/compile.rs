//! `compile`: writes the rules of a folder in the form in which the handler starts fastest.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use ivs_chat_review::compiled::{self, Compiled, RulesHash};
use ivs_chat_review::lint::failed_samples;

use crate::cli::CompileArgs;
use crate::files;
use crate::rules_dir::RuleFolder;
use crate::terminal::{count, path_argument, shown_path};
use crate::{Outcome, ignore_broken_pipe};

pub(crate) fn run(args: &CompileArgs) -> anyhow::Result<Outcome> {
    let folder = RuleFolder::open_quietly(&args.folder.path)?;
    if !is_valid(&folder, &args.folder.path, "compiled")? {
        return Ok(Outcome::Findings);
    }
    let file = args.output.clone().unwrap_or_else(|| args.folder.path.join(compiled::FILE));
    let bytes = compiled::write(&folder.engine, &folder.sources);
    let size = bytes.len();
    // A handler that has the old file in use keeps it. Lambda runs the function as another user.
    files::publish(&file, &bytes)
        .with_context(|| format!("cannot write `{}`", shown_path(&file)))?;
    // What the handler will do.
    let read = fs::read(&file).with_context(|| format!("cannot read `{}`", shown_path(&file)))?;
    if read != bytes {
        bail!("`{}` is not as it was written", shown_path(&file));
    }
    Compiled::open(read).with_context(|| format!("cannot use `{}`", shown_path(&file)))?;
    ignore_broken_pipe(writeln!(
        anstream::stdout(),
        "{}: {}, {}, {}, {} KiB; hash {}",
        shown_path(&file),
        count(folder.engine.rules().rules.len(), "rule", "rules"),
        count(folder.engine.entries(), "entry", "entries"),
        count(folder.engine.patterns(), "pattern", "patterns"),
        size.div_ceil(1024),
        RulesHash::of(&folder.sources),
    ))?;
    Ok(Outcome::Fine)
}

/// Whether rules have no error and all their samples pass. If not, prints why they are not `done`.
pub(crate) fn is_valid(folder: &RuleFolder, path: &Path, done: &str) -> anyhow::Result<bool> {
    let mut errors = folder.diagnostics.iter().filter(|it| it.is_error()).count();
    errors += folder.engine.compile_patterns().len();
    errors += failed_samples(&folder.engine);
    if errors > 0 {
        writeln!(
            anstream::stderr(),
            "error: not {done}, because the rules have {}; run `ivs-review check --rules {}` for details",
            count(errors, "error", "errors"),
            path_argument(path),
        )?;
    }
    Ok(errors == 0)
}
