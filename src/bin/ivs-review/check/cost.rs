//! What a rule set costs, measured: `check` asks the clock, and the library says which messages to try.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use ivs_chat_review::check::{Cost, Worst};
use ivs_chat_review::event::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use jiff::civil::Date;

use super::clock::timed;
use crate::folder::RuleFolder;

/// How many messages are tried, and how long at the most.
const MESSAGES: usize = 500;
const LONGEST: Duration = Duration::from_millis(300);

/// How often each is reviewed: what comes between makes a review slower, and nothing makes it faster.
const TIMES: usize = 3;
/// How often the rules are compiled, for the same reason.
const BUILDS: usize = 2;

pub(super) fn measure(folder: &RuleFolder, path: &Path, day: Date) -> Cost {
    let mut reviewer = Reviewer::new(&folder.engine);
    let mut fastest = |message: &str| {
        let request = ReviewRequest::new(message);
        let times = (0..TIMES).map(|_| timed(|| black_box(reviewer.review(&request, day))).1);
        times.min().unwrap_or_default()
    };
    let mut search = Worst::new(&folder.engine);
    let begun = Instant::now();
    for _ in 0..MESSAGES {
        let message = search.next_message();
        let time = fastest(&message);
        search.took(message, time);
        if begun.elapsed() > LONGEST {
            break;
        }
    }
    // What was slow once may have been so by chance.
    let worst = search.slowest().map(|(message, time)| time.min(fastest(message)));
    let builds = (0..BUILDS).map(|_| timed(|| RuleFolder::open(path)));
    let builds = builds.filter_map(|(folder, time)| folder.is_ok().then_some(time));
    Cost {
        build: builds.min().unwrap_or(folder.build).min(folder.build),
        worst: worst.unwrap_or_default(),
        dear_patterns: folder.engine.open_patterns().count(),
    }
}
