//! Loads a rule folder: its compiled rules if it has some, otherwise its text.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use ivs_chat_review::compiled::{self, Check, Compiled, RulesHash};
use ivs_chat_review::diagnostic::{Code, Diagnostic};
use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::Probe;
use ivs_chat_review::lint;
use ivs_chat_review::rules::{self, LoadError};
use tracing::{error, info};

/// Rules that were loaded.
pub(crate) struct Loaded {
    pub(crate) engine: Engine,
    /// The errors of invalid parts, which were skipped.
    pub(crate) errors: Vec<(Code, String)>,
    /// The errors of samples; only known of [checked](Options::run_samples) text.
    pub(crate) failed_samples: usize,
    /// The comparison of mapped rules with their checksum, after the first answer.
    pub(crate) check: Option<Check>,
    /// Whether there are compiled rules that cannot be used.
    pub(crate) is_fallback: bool,
    /// Whether they were compiled before.
    pub(crate) is_compiled: bool,
    pub(crate) hash: RulesHash,
}

impl Loaded {
    /// Returns what a probe reports about the rules.
    pub(crate) fn about(&self) -> Probe {
        Probe {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules_hash: self.hash.to_string(),
            compiled: self.is_compiled,
            skipped: self.errors.len(),
            ..Probe::default()
        }
    }
}

/// How a rule folder is loaded.
#[derive(Clone, Copy, Default)]
pub(crate) struct Options {
    /// Whether compiled rules may be mapped. If the folder may change, they are read.
    pub(crate) may_map: bool,
    /// Whether compiled rules are ignored.
    pub(crate) only_text: bool,
    /// Whether the samples of text rules are run.
    pub(crate) run_samples: bool,
}

/// Loads a rule folder. Invalid parts are skipped and logged, so that the other rules stay active.
pub(crate) fn load(folder: &Path, options: Options) -> Result<Loaded, LoadError> {
    let start = Instant::now();
    let compiled = if options.only_text { Ok(None) } else { open(folder, options.may_map) };
    let is_fallback = compiled.is_err();
    let loaded = match compiled {
        Ok(Some(compiled)) => compiled,
        Ok(None) => from_text(folder, options.run_samples)?,
        Err(why) => {
            error!(
                file = compiled::FILE,
                "the compiled rules are not used, and the text is compiled: {why}"
            );
            from_text(folder, options.run_samples)?
        }
    };
    // Without rules the function does not start, and a reload is rejected.
    if !loaded.engine.is_empty() {
        info!(
            rules = loaded.engine.rules().rules.len(),
            entries = loaded.engine.entries(),
            patterns = loaded.engine.patterns(),
            skipped = loaded.errors.len(),
            compiled = loaded.is_compiled,
            hash = %loaded.hash,
            duration_us = start.elapsed().as_micros() as u64,
            "ready"
        );
    }
    Ok(Loaded { is_fallback, ..loaded })
}

/// Returns the path of the compiled rules of a folder.
pub(crate) fn compiled_path(folder: &Path) -> PathBuf {
    folder.join(compiled::FILE)
}

/// Opens the compiled rules of a folder; `None` if it has none.
fn open(folder: &Path, may_map: bool) -> Result<Option<Loaded>, String> {
    let path = compiled_path(folder);
    let listed = match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        listed => listed.map_err(|error| error.to_string())?,
    };
    // Opening a pipe waits for its other end.
    if !listed.is_file() {
        return Err("not a regular file".to_owned());
    }
    if listed.len() > compiled::MAX_LENGTH {
        return Err("the file is too large".to_owned());
    }
    let compiled = read(&path, may_map).map_err(|error| error.to_string())?;
    let compiled = compiled.map_err(|error| error.to_string())?;
    check_age(folder, &compiled, &listed)?;
    let errors = logged(&compiled.diagnostics, |problem| {
        error!(code = %problem.code, "skipped invalid rule: {}", problem.message);
    });
    let Compiled { engine, check, hash, .. } = compiled;
    let (is_fallback, is_compiled) = (false, true);
    Ok(Some(Loaded { engine, errors, failed_samples: 0, check, is_fallback, is_compiled, hash }))
}

fn read(path: &Path, may_map: bool) -> io::Result<Result<Compiled, compiled::Unusable>> {
    let file = File::open(path)?;
    // An empty file cannot be mapped.
    if may_map && file.metadata()?.len() > 0 {
        return Ok(Compiled::open(mapped::map(&file)?));
    }
    let mut bytes = Vec::new();
    file.take(compiled::MAX_LENGTH).read_to_end(&mut bytes)?;
    Ok(Compiled::open_checked(bytes))
}

/// Returns an error if the text was changed after it was compiled.
fn check_age(folder: &Path, compiled: &Compiled, listed: &Metadata) -> Result<(), String> {
    match rules::changed_file(folder, &compiled.files, listed) {
        Ok(None) => Ok(()),
        Ok(Some(path)) => {
            let path = ivs_chat_review::display::display_safe(&path).to_string();
            Err(format!("they do not match `{path}`; run `ivs-review compile`"))
        }
        Err(error) => Err(error.to_string()),
    }
}

fn from_text(folder: &Path, run_samples: bool) -> Result<Loaded, LoadError> {
    let sources = rules::load(folder)?;
    let parsed = rules::parse(&sources);
    let (mut engine, more) = Engine::compile(parsed.rules);
    engine.locate(&sources);
    let diagnostics: Vec<Diagnostic> = parsed.diagnostics.into_iter().chain(more).collect();
    let errors = logged(&diagnostics, |problem| {
        let location = problem.format_location(&sources);
        error!(location, code = %problem.code, "skipped invalid rule: {}", problem.message);
    });
    let failed_samples = if run_samples { lint::failed_samples(&engine) } else { 0 };
    let (is_fallback, is_compiled) = (false, false);
    let hash = RulesHash::of(&sources);
    Ok(Loaded { engine, errors, failed_samples, check: None, is_fallback, is_compiled, hash })
}

/// Logs the errors among diagnostics and returns them.
fn logged(diagnostics: &[Diagnostic], log: impl Fn(&Diagnostic)) -> Vec<(Code, String)> {
    let errors = diagnostics.iter().filter(|problem| problem.is_error());
    errors.inspect(|problem| log(problem)).map(|it| (it.code, it.message.clone())).collect()
}
