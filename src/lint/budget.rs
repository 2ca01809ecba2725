//! Whether a rule set is quick enough for IVS Chat, by times that somebody else has measured.

use std::time::Duration;

use crate::diagnostic::{Code, Diagnostic};

/// How long IVS Chat waits for a review, cold start included (Amazon IVS Chat User Guide, "Chat Message
/// Review Handler").
const WAIT: Duration = Duration::from_millis(200);

/// The share of that which the rules may take of the first message after a start: the other half is
/// Lambda's and the network's.
const SHARE: u32 = 2;

/// Lambda compiles the rules with a whole CPU, whatever the function's memory. It may be half as fast as the one
/// that is measured.
const SLOWER_START: u32 = 2;

/// The memory in MB with which a function has a whole CPU for its reviews; with less it has as much less of
/// one (AWS Lambda Developer Guide, "Configure Lambda function memory").
const WHOLE_CPU: u32 = 1_769;

/// How much longer a review takes there than where it is measured.
const SLOWER_REVIEW: u32 = SLOWER_START * WHOLE_CPU.div_ceil(Cost::MEMORY);

/// The time of a step of the search budget, and of all that takes no steps in the slowest event, as
/// `benches/worst` measures them; both rounded up.
const STEP: Duration = Duration::from_nanos(40);
const REST: Duration = Duration::from_micros(500);

/// What a rule set costs, as measured where it is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// To read, parse and compile the rules.
    pub build: Duration,
    /// The most steps of the search budget that an event was found to take.
    pub worst_steps: u32,
    /// The patterns that are searched in every message.
    pub slow_patterns: usize,
}

impl Cost {
    /// The memory of the function in MB, which is the default of `MemorySize` in `template.yaml`.
    pub const MEMORY: u32 = 1_769;

    /// What the rules may take of the first message after a start.
    pub const BUDGET: Duration = Duration::from_millis(WAIT.as_millis() as u64 / SHARE as u64);

    /// What they may take on Lambda of the first message after a start, if it is the slowest one.
    pub fn first_message(self) -> Duration {
        self.build * SLOWER_START + self.worst() * SLOWER_REVIEW
    }

    /// The time of a whole CPU for the slowest event that was found. It is worked out from its steps, so that
    /// it is the same on every machine.
    pub fn worst(self) -> Duration {
        REST + STEP * self.worst_steps
    }
}

/// The problem of a rule set that costs more than the [budget](Cost::BUDGET).
pub fn over_budget(cost: Cost) -> Option<Diagnostic> {
    let first = cost.first_message();
    if first <= Cost::BUDGET {
        return None;
    }
    let millis = |time: Duration| time.as_micros().div_ceil(1_000);
    let message = format!(
        "the rules may take {} ms of the first message, and the budget is {} ms: \
         {SLOWER_START} × {} ms to compile and {SLOWER_REVIEW} × {} ms for the worst message found",
        millis(first),
        millis(Cost::BUDGET),
        millis(cost.build),
        millis(cost.worst()),
    );
    let help = match cost.slow_patterns {
        0 => "fewer or shorter entries and patterns; measure again on an idle machine".to_owned(),
        _ => "give the patterns that `slow-pattern` tells a text that all their matches have"
            .to_owned(),
    };
    Some(Diagnostic::for_folder(Code::OverBudget, message).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_time_is_the_rules() {
        // With the rest, 37,500 steps take 2 ms.
        let cost = |build, worst_steps| Cost {
            build: Duration::from_millis(build),
            worst_steps,
            slow_patterns: 0,
        };
        assert_eq!(Cost::BUDGET, Duration::from_millis(100));
        assert_eq!(over_budget(cost(48, 37_500)), None);
        let problem = over_budget(cost(49, 37_500)).expect("2 × 49 + 2 × 2 is more than 100");
        assert!(problem.is_error() && problem.message.contains("102 ms"), "{}", problem.message);
        let dear = over_budget(Cost { slow_patterns: 1, ..cost(60, 0) }).expect("2 × 60");
        assert!(dear.help.is_some_and(|help| help.contains("slow-pattern")));
    }
}
