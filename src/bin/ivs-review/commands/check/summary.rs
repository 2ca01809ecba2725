//! The summary at the end of `check`.

use std::io::{self, Write};

use ivs_chat_review::compiled::RulesHash;
use ivs_chat_review::diagnostic::Diagnostic;
use ivs_chat_review::engine::MAX_STEPS;
use ivs_chat_review::lint::{Cost, samples};
use serde::Serialize;

use crate::commands::event_stats::millis;
use crate::rules_dir::RuleFolder;
use crate::terminal::count;

/// Counts and cost of a rule folder.
#[derive(Serialize)]
pub(super) struct Summary {
    rules: usize,
    entries: usize,
    patterns: usize,
    samples: usize,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    engine_build_ms: f64,
    /// Time to open the rules when they are compiled.
    compiled_start_ms: f64,
    /// The hash of the rules, which `compile` prints and the handler logs.
    rules_hash: String,
    /// Memory of the compiled entries; `regex` does not report that of patterns.
    entries_bytes: usize,
    /// Search steps of the slowest event that was found, and the search budget.
    worst_event_steps: u32,
    max_steps: u32,
    /// Estimated time for the first message on Lambda, and the limit for it.
    first_message_ms: f64,
    budget_ms: f64,
    slow_patterns: usize,
}

impl Summary {
    pub(super) fn new(folder: &RuleFolder, diagnostics: &[Diagnostic], cost: Cost) -> Summary {
        let errors = diagnostics.iter().filter(|it| it.is_error()).count();
        Summary {
            rules: folder.engine.rules().rules.len(),
            entries: folder.engine.entries(),
            patterns: folder.engine.patterns(),
            samples: samples(&folder.engine),
            errors,
            warnings: diagnostics.len() - errors,
            engine_build_ms: millis(cost.build),
            compiled_start_ms: millis(cost.start),
            rules_hash: RulesHash::of(&folder.sources).to_string(),
            entries_bytes: folder.engine.entries_memory(),
            worst_event_steps: cost.worst_steps,
            max_steps: MAX_STEPS,
            first_message_ms: millis(cost.first_message()),
            budget_ms: millis(Cost::BUDGET),
            slow_patterns: cost.slow_patterns,
        }
    }

    /// Writes the counts, and with `verbose` the cost.
    pub(super) fn write(&self, out: &mut impl Write, verbose: bool) -> io::Result<()> {
        writeln!(
            out,
            "{}, {}; {}, {}, {}, {}",
            count(self.errors, "error", "errors"),
            count(self.warnings, "warning", "warnings"),
            count(self.rules, "rule", "rules"),
            count(self.entries, "entry", "entries"),
            count(self.patterns, "pattern", "patterns"),
            count(self.samples, "sample", "samples"),
        )?;
        if !verbose {
            return Ok(());
        }
        writeln!(
            out,
            "compiled in {:.1} ms, {} KiB for entries; hash {}",
            self.engine_build_ms,
            self.entries_bytes.div_ceil(1024),
            self.rules_hash,
        )?;
        // A debug build is many times slower than the handler on Lambda.
        let note = if cfg!(debug_assertions) { "; not checked in a debug build" } else { "" };
        writeln!(
            out,
            "slowest event: {} of {} search steps; estimated first message on Lambda: {:.0} ms (budget {:.0} ms{note}); {}",
            self.worst_event_steps,
            self.max_steps,
            self.first_message_ms.ceil(),
            self.budget_ms,
            count(self.slow_patterns, "slow pattern", "slow patterns"),
        )
    }
}
