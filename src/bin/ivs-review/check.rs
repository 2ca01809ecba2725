//! `check`: every problem in a rule folder, and the facts of what it comes down to.

use std::io::{self, Write};

use ivs_chat_review::check::{check, samples};
use ivs_chat_review::diagnostic::Diagnostic;
use ivs_chat_review::source::Sources;
use serde::Serialize;

use crate::args::{CheckArgs, Problems};
use crate::folder::RuleFolder;
use crate::github;
use crate::render::render;
use crate::show::count;
use crate::stats::millis;
use crate::{Outcome, even_unread};

pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let folder = RuleFolder::open(&args.folder.path)?;
    let mut problems = check(&folder.engine, &folder.sources);
    problems.extend(folder.problems.iter().cloned());
    problems.sort_by_key(|problem| problem.location);
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let facts = Facts {
        rules: folder.engine.rules().rules.len(),
        entries: folder.engine.entries(),
        patterns: folder.engine.patterns(),
        samples: samples(&folder.engine),
        errors,
        warnings: problems.len() - errors,
        engine_build_ms: millis(folder.build),
        terms_bytes: folder.engine.terms_memory(),
    };
    let tell = || -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        for problem in &problems {
            match args.format {
                Problems::Text => writeln!(out, "{}\n", render(&folder.sources, problem))?,
                Problems::Github => writeln!(out, "{}", github::command(&folder.sources, problem))?,
                Problems::Json => {
                    let problem = Problem::new(&folder.sources, problem);
                    writeln!(out, "{}", serde_json::to_string(&problem)?)?;
                }
            }
        }
        match args.format {
            Problems::Text | Problems::Github => facts.write(&mut out),
            Problems::Json => writeln!(out, "{}", serde_json::to_string(&facts)?),
        }
    };
    even_unread(tell())?;
    Ok(if errors > 0 { Outcome::Findings } else { Outcome::Fine })
}

/// What the rules come down to.
#[derive(Serialize)]
struct Facts {
    rules: usize,
    entries: usize,
    patterns: usize,
    samples: usize,
    errors: usize,
    warnings: usize,
    engine_build_ms: f64,
    /// Memory of the compiled entries; that of patterns is not told by their library.
    terms_bytes: usize,
}

impl Facts {
    fn write(&self, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(
            out,
            "{}, {}; {}, {}, {}, {}; built in {:.1} ms, {} KiB for the entries",
            count(self.errors, "error", "errors"),
            count(self.warnings, "warning", "warnings"),
            count(self.rules, "rule", "rules"),
            count(self.entries, "entry", "entries"),
            count(self.patterns, "pattern", "patterns"),
            count(self.samples, "sample", "samples"),
            self.engine_build_ms,
            self.terms_bytes.div_ceil(1024),
        )
    }
}

/// A problem for machines.
#[derive(Serialize)]
struct Problem<'p> {
    severity: String,
    code: &'static str,
    #[serde(flatten)]
    place: Option<Place>,
    message: &'p str,
    help: Option<&'p str>,
    related: Option<Related<'p>>,
}

#[derive(Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Related<'p> {
    #[serde(flatten)]
    place: Place,
    message: &'p str,
}

impl<'p> Problem<'p> {
    fn new(sources: &Sources, problem: &'p Diagnostic) -> Problem<'p> {
        let place = |location: ivs_chat_review::diagnostic::Location| {
            let start = sources.position(location.source, location.span.start);
            let end = sources.position(location.source, location.span.end);
            Place {
                file: sources.name(location.source),
                line: start.line,
                column: start.column,
                end_line: end.line,
                end_column: end.column,
            }
        };
        Problem {
            severity: problem.code.severity().to_string(),
            code: problem.code.as_str(),
            place: problem.location.map(place),
            message: &problem.message,
            help: problem.help.as_deref(),
            related: problem
                .related
                .as_ref()
                .map(|(location, what)| Related { place: place(*location), message: what }),
        }
    }
}
