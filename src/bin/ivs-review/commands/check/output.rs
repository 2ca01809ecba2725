//! Prints the diagnostics and the summary of `check`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use ivs_chat_review::diagnostic::{Code, Diagnostic};
use ivs_chat_review::source::Sources;

use super::summary::Summary;
use crate::cli::{CheckArgs, CheckFormat};
use crate::output::text::render;
use crate::output::{github, json, sarif};
use crate::terminal::{count, json_line};

/// How many problems of one code are printed as text if there are more than [`MANY`].
const SHOWN: usize = 5;
const MANY: usize = 10;

/// What `check` prints.
pub(super) struct Output<'o> {
    pub(super) args: &'o CheckArgs,
    pub(super) sources: &'o Sources,
    pub(super) diagnostics: &'o [Diagnostic],
    /// The number of problems in files that were not asked for.
    pub(super) hidden: usize,
}

impl Output<'_> {
    pub(super) fn write(&self, summary: &Summary) -> io::Result<()> {
        let mut out = io::BufWriter::new(anstream::stdout().lock());
        let Output { args, sources, diagnostics, .. } = *self;
        match args.format {
            CheckFormat::Text => self.write_text(&mut out, summary)?,
            CheckFormat::Github => {
                for diagnostic in self.severe_enough() {
                    writeln!(out, "{}", github::command(sources, diagnostic))?;
                }
                self.write_summary(&mut out, summary)?;
            }
            CheckFormat::Json => {
                for diagnostic in self.severe_enough() {
                    writeln!(out, "{}", json::line(sources, diagnostic)?)?;
                }
                if !args.quiet {
                    writeln!(out, "{}", json_line(summary)?)?;
                }
            }
            CheckFormat::Sarif => writeln!(out, "{}", sarif::log(sources, diagnostics)?)?,
        }
        out.flush()
    }

    /// The diagnostics that `--quiet` does not suppress.
    fn severe_enough(&self) -> impl Iterator<Item = &Diagnostic> {
        let is_quiet = self.args.quiet && !self.args.deny_warnings;
        self.diagnostics.iter().filter(move |it| !is_quiet || it.is_error())
    }

    fn write_text(&self, out: &mut impl Write, summary: &Summary) -> io::Result<()> {
        let mut totals: BTreeMap<Code, usize> = BTreeMap::new();
        for diagnostic in self.severe_enough() {
            *totals.entry(diagnostic.code).or_default() += 1;
        }
        let shown = |code: Code| match totals[&code] {
            total if total > MANY && !self.args.all => SHOWN,
            total => total,
        };
        let mut printed: BTreeMap<Code, usize> = BTreeMap::new();
        for diagnostic in self.severe_enough() {
            let number = printed.entry(diagnostic.code).or_default();
            *number += 1;
            if *number <= shown(diagnostic.code) {
                writeln!(out, "{}\n", render(self.sources, diagnostic))?;
            }
            if *number == totals[&diagnostic.code] && *number > shown(diagnostic.code) {
                let (code, more) = (diagnostic.code, *number - SHOWN);
                let severity = code.severity();
                writeln!(out, "{more} more {severity}[{code}]; `--all` shows all\n")?;
            }
        }
        self.write_summary(out, summary)
    }

    fn write_summary(&self, out: &mut impl Write, summary: &Summary) -> io::Result<()> {
        if self.args.quiet {
            return Ok(());
        }
        summary.write(out, self.args.verbose)?;
        if self.hidden > 0 {
            let hidden = count(self.hidden, "problem", "problems");
            writeln!(out, "{hidden} in other files not shown")?;
        }
        let first = self.diagnostics.first().filter(|_| self.args.format == CheckFormat::Text);
        if let Some(first) = first {
            writeln!(
                out,
                "`ivs-review check --explain {}` describes the first problem",
                first.code
            )?;
        }
        Ok(())
    }
}
