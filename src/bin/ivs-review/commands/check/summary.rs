//! What a rule folder comes down to: the last lines of `check`.

use std::io::{self, Write};

use ivs_chat_review::diagnostic::Diagnostic;
use ivs_chat_review::engine::MAX_STEPS;
use ivs_chat_review::lint::{Cost, samples};
use serde::Serialize;

use crate::commands::event_stats::millis;
use crate::rules_dir::RuleFolder;
use crate::terminal::count;

/// What the rules come down to.
#[derive(Serialize)]
pub(super) struct Facts {
    rules: usize,
    entries: usize,
    patterns: usize,
    samples: usize,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    engine_build_ms: f64,
    /// Memory of the compiled entries; that of patterns is not told by their library.
    entries_bytes: usize,
    /// The steps of the search budget that the slowest event took that was found, and those that one may take.
    worst_event_steps: u32,
    max_steps: u32,
    /// What the rules may take on Lambda of the first message after a start, and what they should not.
    first_message_ms: f64,
    budget_ms: f64,
    slow_patterns: usize,
}

impl Facts {
    pub(super) fn new(folder: &RuleFolder, problems: &[Diagnostic], cost: Cost) -> Facts {
        let errors = problems.iter().filter(|problem| problem.is_error()).count();
        Facts {
            rules: folder.engine.rules().rules.len(),
            entries: folder.engine.entries(),
            patterns: folder.engine.patterns(),
            samples: samples(&folder.engine),
            errors,
            warnings: problems.len() - errors,
            engine_build_ms: millis(cost.build),
            entries_bytes: folder.engine.entries_memory(),
            worst_event_steps: cost.worst_steps,
            max_steps: MAX_STEPS,
            first_message_ms: millis(cost.first_message()),
            budget_ms: millis(Cost::BUDGET),
            slow_patterns: cost.slow_patterns,
        }
    }

    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
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
            self.entries_bytes.div_ceil(1024),
        )?;
        // Such a build is many times as slow as what Lambda runs.
        let judged = if cfg!(debug_assertions) { " (a debug build: not judged)" } else { "" };
        writeln!(
            out,
            "slowest event found: {} of {} search steps; first message on Lambda: at most {:.0}{judged} of {:.0} ms; {}",
            self.worst_event_steps,
            self.max_steps,
            self.first_message_ms.ceil(),
            self.budget_ms,
            count(self.slow_patterns, "slow pattern", "slow patterns"),
        )
    }
}
