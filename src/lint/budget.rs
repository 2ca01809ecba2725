//! The time budget: whether a rule set is fast enough for IVS Chat, by times that the caller has
//! measured.

use std::time::Duration;

use crate::diagnostic::{Code, Diagnostic};

/// How long IVS Chat waits for a review, cold start included (Amazon IVS Chat User Guide, "Chat
/// Message Review Handler").
const WAIT: Duration = Duration::from_millis(200);

/// The divisor of [`WAIT`] that gives the share of the rules for the first message after a start;
/// the other half is for Lambda and the network.
const SHARE: u32 = 2;

/// Lambda compiles the rules with a whole CPU whatever the memory of the function. That CPU may be
/// half as fast as the one that was measured.
const SLOWER_START: u32 = 2;

/// The memory in MB from which a function has a whole CPU for reviews; with less, its share is
/// proportionally smaller (AWS Lambda Developer Guide, "Configure Lambda function memory").
const WHOLE_CPU: u32 = 1_769;

/// How many times longer a review takes on Lambda than where it was measured.
const SLOWER_REVIEW: u32 = SLOWER_START * WHOLE_CPU.div_ceil(Cost::MEMORY);

/// The time of one step of the search budget, and of everything that takes no steps in the slowest
/// event. Measured by `benches/worst` and rounded up.
const STEP: Duration = Duration::from_nanos(40);
const REST: Duration = Duration::from_micros(500);

/// The cost of a rule set, measured where it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The time to open the compiled rules.
    pub start: Duration,
    /// The time to read, parse and compile the text of the rules, which is needed if the compiled
    /// rules cannot be used.
    pub build: Duration,
    /// The steps of the search budget that the slowest event takes.
    pub worst_steps: u32,
    /// The number of patterns that run on every message.
    pub slow_patterns: usize,
}

impl Cost {
    /// The memory of the function in MB: the default of `MemorySize` in `template.yaml`.
    pub const MEMORY: u32 = 1_769;

    /// The time that the rules may take for the first message after a start.
    pub const BUDGET: Duration = Duration::from_millis(WAIT.as_millis() as u64 / SHARE as u64);

    /// The estimated time of the rules on Lambda for the slowest message, if it is the first one.
    pub fn first_message(self) -> Duration {
        self.start * SLOWER_START + self.worst() * SLOWER_REVIEW
    }

    /// The same with the text of the rules.
    pub fn first_message_of_text(self) -> Duration {
        self.build * SLOWER_START + self.worst() * SLOWER_REVIEW
    }

    /// The CPU time of the slowest event. It is computed from steps, so it is the same on every
    /// machine.
    pub fn worst(self) -> Duration {
        REST + STEP * self.worst_steps
    }
}

/// Returns a diagnostic if a rule set costs more than the [budget](Cost::BUDGET), or would without
/// compiled rules.
pub fn over_budget(cost: Cost) -> Option<Diagnostic> {
    let first = cost.first_message();
    let millis = |time: Duration| time.as_micros().div_ceil(1_000);
    if first <= Cost::BUDGET {
        let of_text = cost.first_message_of_text();
        let message = format!(
            "without compiled rules, the estimated time for the first message on Lambda is {} ms, \
             over the budget of {} ms",
            millis(of_text),
            millis(Cost::BUDGET),
        );
        let help = "always deploy the file that `ivs-review compile` writes, as `sam build` does";
        let slow = Diagnostic::for_folder(Code::SlowFallback, message).help(help);
        return (of_text > Cost::BUDGET).then_some(slow);
    }
    let message = format!(
        "estimated time for the first message on Lambda is {} ms, over the budget of {} ms \
         ({SLOWER_START} × {} ms to load, {SLOWER_REVIEW} × {} ms for the slowest message)",
        millis(first),
        millis(Cost::BUDGET),
        millis(cost.start),
        millis(cost.worst()),
    );
    let help = match cost.slow_patterns {
        0 => "use fewer or shorter entries and patterns, or measure again on an idle machine"
            .to_owned(),
        _ => "add a literal to the patterns reported as `slow-pattern`".to_owned(),
    };
    Some(Diagnostic::for_folder(Code::OverBudget, message).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_may_take_half_of_the_time() {
        // With `REST`, 37,500 steps take 2 ms.
        let cost = |start, worst_steps| Cost {
            start: Duration::from_millis(start),
            build: Duration::from_millis(start),
            worst_steps,
            slow_patterns: 0,
        };
        assert_eq!(Cost::BUDGET, Duration::from_millis(100));
        assert_eq!(over_budget(cost(48, 37_500)), None);
        let diagnostic = over_budget(cost(49, 37_500)).expect("2 × 49 + 2 × 2 is more than 100");
        assert!(
            diagnostic.is_error() && diagnostic.message.contains("102 ms"),
            "{}",
            diagnostic.message
        );
        let slow = over_budget(Cost { slow_patterns: 1, ..cost(60, 0) }).expect("2 × 60");
        assert!(slow.help.is_some_and(|help| help.contains("slow-pattern")));
        let fallback = Cost { build: Duration::from_millis(60), ..cost(1, 0) };
        let fallback = over_budget(fallback).expect("2 × 60 without compiled rules");
        assert!(!fallback.is_error() && fallback.code == Code::SlowFallback, "{fallback:?}");
    }
}
