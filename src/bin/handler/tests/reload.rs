//! Changes of the rules while events arrive.
//!
//! By default as many as a test has time for. This prints memory and times of many:
//!
//! ```sh
//! RELOAD_EVENTS=10000 RELOAD_SWAPS=100 cargo test --release --no-default-features --features lambda \
//!   --bin handler -- --nocapture --exact tests::reload::each_answer_is_by_the_old_or_the_new_rules
//! ```

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, fs};

use ivs_chat_review::compiled;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules;
use serde_json::{Value, json};

use crate::rule_folder::{self, Options};
use crate::service::Service;
use crate::upkeep::Upkeep;

/// The number of swaps after which memory is compared with that at the end.
const WARM: usize = 10;
/// The maximum growth of memory after these.
const GROWTH_KIB: u64 = 512;

/// What is in the rule folder after a swap.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Set {
    Text,
    Compiled,
    /// The text beside it is valid.
    DamagedCompiled,
    InvalidToml,
    FailingSample,
    WithoutRules,
}

const SETS: [Set; 6] = [
    Set::Text,
    Set::InvalidToml,
    Set::Compiled,
    Set::FailingSample,
    Set::DamagedCompiled,
    Set::WithoutRules,
];

impl Set {
    fn is_good(self) -> bool {
        matches!(self, Set::Text | Set::Compiled | Set::DamagedCompiled)
    }

    /// Writes the rules with the word of a swap, each file at once.
    fn write(self, folder: &Path, swap: usize) {
        let put = |name: &str, bytes: &[u8]| {
            let temporary = folder.join(".part");
            fs::write(&temporary, bytes).expect("the folder is ours");
            fs::rename(&temporary, folder.join(name)).expect("the folder is ours");
        };
        let _ = fs::remove_file(folder.join(compiled::FILE));
        // Two files written within one tick of the clock differ in length.
        let comment = "#".repeat(1 + swap % 97);
        let rest = match self {
            Set::InvalidToml => "[broken",
            Set::FailingSample => "samples.caught = [\"hello\"]",
            _ => "lists = [\"words.txt\"]",
        };
        let rule = format!("[[rule]]\nid = \"a\"\naction = \"mask\"\nterms = [{:?}]", word(swap));
        let rule =
            if self == Set::WithoutRules { String::new() } else { format!("{rule}\n{rest}") };
        put("rules.toml", format!("{comment}\nversion = 1\n{rule}\n").as_bytes());
        if matches!(self, Set::Compiled | Set::DamagedCompiled) {
            let sources = rules::load(folder).expect("it was just written");
            let engine = Engine::compile(rules::parse(&sources).rules).0;
            let mut file = compiled::write(&engine, &sources);
            if self == Set::DamagedCompiled {
                *file.last_mut().expect("a body") ^= 1;
            }
            put(compiled::FILE, &file);
        }
    }
}

/// A word that only the rules of one swap mask.
fn word(swap: usize) -> String {
    let letter = |divisor: usize| char::from(b'a' + (swap / divisor % 10) as u8);
    format!("zug{}{}{}zwang", letter(100), letter(10), letter(1))
}

fn number(name: &str, default: usize) -> usize {
    env::var(name).map_or(default, |text| text.parse().expect(name))
}

#[test]
#[expect(clippy::print_stdout, reason = "`--nocapture` shows the measurements")]
fn each_answer_is_by_the_old_or_the_new_rules() {
    let (events, swaps) = (number("RELOAD_EVENTS", 1_000), number("RELOAD_SWAPS", 20));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let words: String = (0..2_000).map(|number| format!("word{number:04}\n")).collect();
    fs::write(folder.path().join("words.txt"), words).expect("the folder is ours");
    Set::Text.write(folder.path(), 0);

    let mut loaded = rule_folder::load(folder.path(), Options::default()).expect("valid rules");
    let seen = rules::listing(folder.path()).expect("the folder is ours");
    let mut upkeep = Upkeep::new(folder.path().into(), &mut loaded, Some(Duration::ZERO), seen);
    let service = Service::new(Reviewer::shared(Arc::new(loaded.engine)), None);
    let service = RefCell::new(service);

    let (mut in_use, mut swap, mut warm) = (0, 0, None);
    let (mut times, mut reloads) = (Vec::with_capacity(events), Vec::with_capacity(swaps));
    for number in 0..events {
        let is_swap = number > 0 && number % (events / (swaps + 1)) == 0 && swap < swaps;
        let set = SETS[(swap + usize::from(is_swap)) % SETS.len()];
        if is_swap {
            swap += 1;
            set.write(folder.path(), swap);
        }
        // The rules in use, those before and those in the folder.
        let known = [in_use, swap.saturating_sub(1), swap];
        let content = format!(
            "hello {} {} {} there {number}",
            word(known[0]),
            word(known[1]),
            word(known[2])
        );
        let event = json!({ "Content": content, "MessageId": "m-1" }).to_string();
        let start = Instant::now();
        let answer = service.borrow_mut().answer(event.as_bytes()).expect("an event");
        times.push(start.elapsed());
        let answer: Value = serde_json::from_slice(&answer.to_json()).expect("JSON");
        let masked = content.replace(&word(in_use), "***********");
        assert_eq!(answer["Content"], masked.as_str(), "event {number}, swap {swap}: {set:?}");

        let start = Instant::now();
        upkeep.run(&service);
        if is_swap {
            reloads.push(start.elapsed());
            if set.is_good() {
                in_use = swap;
            }
            if swap == WARM {
                warm = resident_kib();
            }
        }
    }
    assert_eq!(reloads.len(), swaps);
    times.sort_unstable();
    reloads.sort_unstable();
    let p99 = |times: &[Duration]| times[times.len() * 99 / 100];
    let memory = warm.zip(resident_kib());
    println!(
        "{events} events: p50 {:?}, p99 {:?}, max {:?}; {swaps} swaps between them: p50 {:?}, max {:?}; resident KiB \
         after {WARM} swaps and at the end: {memory:?}",
        times[events / 2],
        p99(&times),
        times[events - 1],
        reloads[swaps / 2],
        reloads[swaps - 1],
    );
    // Other tests of this process use memory as well.
    if let Some((warm, end)) = memory.filter(|_| env::var_os("RELOAD_SWAPS").is_some()) {
        assert!(end <= warm + GROWTH_KIB, "{warm} KiB, then {end} KiB");
    }
}

/// Returns the resident memory of this process; `None` on other systems than Linux.
fn resident_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}
