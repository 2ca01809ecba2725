//! The result of a check, and the report of all.

use std::cell::Cell;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use ivs_chat_review::display::display_safe;
use serde::Serialize;

use crate::options::Format;
use crate::terminal::{count, json_line};
use crate::{Outcome, ignore_broken_pipe};

/// The result of a check.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Check {
    check: &'static str,
    result: CheckResult,
    what: String,
    /// Why it matters; only of a problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum CheckResult {
    Ok,
    Problem,
    NotChecked,
}

impl Check {
    pub(super) fn ok(check: &'static str, what: impl Into<String>) -> Check {
        Check { check, result: CheckResult::Ok, what: what.into(), why: None, fix: None }
    }

    pub(super) fn problem(
        check: &'static str,
        what: impl Into<String>,
        why: impl Into<String>,
        fix: impl Into<String>,
    ) -> Check {
        let (what, why, fix) = (what.into(), Some(why.into()), Some(fix.into()));
        Check { check, result: CheckResult::Problem, what, why, fix }
    }

    pub(super) fn not_made(
        check: &'static str,
        what: impl Into<String>,
        fix: impl Into<String>,
    ) -> Check {
        let (what, fix) = (what.into(), Some(fix.into()));
        Check { check, result: CheckResult::NotChecked, what, why: None, fix }
    }
}

/// Prints checks and counts them.
pub(super) struct Report {
    format: Format,
    passed: Cell<usize>,
    problems: Cell<usize>,
    not_made: Cell<usize>,
}

impl Report {
    pub(super) fn new(format: Format) -> Report {
        let (passed, problems, not_made) = Default::default();
        Report { format, passed, problems, not_made }
    }

    pub(super) fn check(&self, check: &Check) -> io::Result<()> {
        let count = match check.result {
            CheckResult::Ok => &self.passed,
            CheckResult::Problem => &self.problems,
            CheckResult::NotChecked => &self.not_made,
        };
        count.update(|before| before + 1);
        let mut stdout = anstream::stdout();
        ignore_broken_pipe(match self.format {
            Format::Json => writeln!(stdout, "{}", json_line(check)?),
            Format::Text => text(check, &mut stdout),
        })
    }

    /// Whether a check so far was a problem.
    pub(super) fn has_problems(&self) -> bool {
        self.problems.get() > 0
    }

    /// Prints the counts and returns the outcome.
    pub(super) fn end(&self) -> anyhow::Result<Outcome> {
        let (passed, problems) = (self.passed.get(), self.problems.get());
        let not_made = self.not_made.get();
        let mut stdout = anstream::stdout();
        ignore_broken_pipe(match self.format {
            Format::Json => {
                let summary = serde_json::json!({
                    "summary": { "ok": passed, "problems": problems, "not_checked": not_made }
                });
                writeln!(stdout, "{summary}")
            }
            Format::Text => writeln!(
                stdout,
                "{}, {passed} ok, {not_made} not checked",
                count(problems, "problem", "problems")
            ),
        })?;
        Ok(if problems > 0 { Outcome::Findings } else { Outcome::Fine })
    }
}

fn text(check: &Check, to: &mut impl Write) -> io::Result<()> {
    let (label, color) = match check.result {
        CheckResult::Ok => ("ok", AnsiColor::Green),
        CheckResult::Problem => ("problem", AnsiColor::Red),
        CheckResult::NotChecked => ("not checked", AnsiColor::Yellow),
    };
    let style = Style::new().fg_color(Some(color.into()));
    let what = display_safe(&check.what);
    writeln!(to, "{style}{label:<11}{style:#}  {:<13}  {what}", check.check)?;
    for (label, text) in [("why", &check.why), ("fix", &check.fix)] {
        if let Some(text) = text {
            writeln!(to, "             {label}: {}", display_safe(text))?;
        }
    }
    Ok(())
}
