//! Modes by category and room, and rollouts: compared with a naive computation of the mode of each
//! rule.

use ivs_chat_review::compiled::{self, Compiled};
use ivs_chat_review::engine::Engine;
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules::bucket;
use ivs_chat_review::source::{Source, Sources};
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::policy::{Case, case};
use crate::properties::{config, engine_of, engine_with_unused_switches};

const DAY: Date = Date::constant(2026, 6, 30);
const MODES: [&str; 3] = ["on", "shadow", "off"];

/// A `[[room]]` table: its pattern, whether it matches the room of the events, and the modes of
/// categories and rules.
#[derive(Clone, Debug)]
struct Table {
    rooms: &'static str,
    matches: bool,
    categories: Modes,
    rules: Modes,
}

/// Numbers of categories or rules with their modes.
type Modes = Vec<(usize, &'static str)>;

#[derive(Clone, Debug)]
pub(crate) struct Setup {
    case: Case,
    /// The category of each rule.
    of_rules: Vec<usize>,
    categories: Modes,
    tables: Vec<Table>,
    /// The percentage of each rule, and whether it is by room.
    rollouts: Vec<Option<(u8, bool)>>,
    user: Option<&'static str>,
}

fn modes() -> impl Strategy<Value = Modes> {
    let numbers = prop::collection::btree_map(0..4_usize, select(&MODES[..]), 0..4);
    numbers.prop_map(|modes| modes.into_iter().collect())
}

pub(crate) fn setup() -> impl Strategy<Value = Setup> {
    const ROOMS: [(&str, bool); 5] = [
        ("AbC*", true),
        ("AbC123", true),
        ("arn:aws:ivschat:*:room/AbC*", true),
        ("abc123", false),
        ("Other*", false),
    ];
    let table =
        (select(&ROOMS[..]), modes(), modes()).prop_map(|((rooms, matches), categories, rules)| {
            Table { rooms, matches, categories, rules }
        });
    (
        case(),
        prop::collection::vec(0..3_usize, 5),
        modes(),
        prop::collection::vec(table, 0..4),
        prop::collection::vec(prop::option::of((1..100_u8, any::<bool>())), 5),
        select(&[None, Some(""), Some("viewer-1"), Some("viewer-2"), Some("é")][..]),
    )
        .prop_map(|(case, of_rules, categories, tables, rollouts, user)| Setup {
            case,
            of_rules,
            categories,
            tables,
            rollouts,
            user,
        })
}

impl Setup {
    /// The parts of the manifest: its head, and the keys of each rule.
    fn parts(&self) -> (&str, Vec<&str>) {
        let mut parts = self.case.manifest.split("[[rule]]\n");
        (parts.next().expect("a head"), parts.collect())
    }

    fn own_mode(keys: &str) -> &str {
        let line = keys.lines().find_map(|line| line.strip_prefix("mode = \""));
        line.map_or("on", |line| line.trim_end_matches('"'))
    }

    /// The event, with the sender's ID.
    pub(crate) fn event(&self) -> Value {
        let mut event = self.case.event.clone();
        let sender = event["Sender"].as_object_mut().expect("a map");
        match self.user {
            Some(user) => drop(sender.insert("UserId".to_owned(), user.into())),
            None => drop(sender.remove("UserId")),
        }
        event
    }

    /// The manifest with categories, tables and rollouts.
    pub(crate) fn switched(&self) -> String {
        let (head, rules) = self.parts();
        let lines = |name: char, modes: &Modes, count: usize| {
            let known = modes.iter().filter(|&&(number, _)| number < count);
            let pairs = known.map(|(number, mode)| format!("{name}{number} = \"{mode}\""));
            pairs.collect::<Vec<_>>().join(", ")
        };
        let mut text = head.to_owned();
        text += &format!("[categories]\n{}\n", lines('c', &self.categories, 4).replace(", ", "\n"));
        for table in &self.tables {
            text += &format!(
                "[[room]]\nrooms = [\"{}\"]\ncategories = {{ {} }}\nrules = {{ {} }}\n",
                table.rooms,
                lines('c', &table.categories, 4),
                lines('r', &table.rules, rules.len())
            );
        }
        for (number, keys) in rules.iter().enumerate() {
            text += &format!("[[rule]]\ncategory = \"c{}\"\n{keys}", self.of_rules[number]);
            if let Some((percent, by_room)) = self.rollouts[number] {
                let by = if by_room { "rollout_by = \"room\"\n" } else { "" };
                text += &format!("rollout = {percent}\n{by}");
            }
        }
        text
    }

    /// The mode of a rule for the event.
    fn mode(&self, number: usize, keys: &str) -> &'static str {
        let of = |modes: &Modes, wanted: usize| {
            modes.iter().find(|&&(number, _)| number == wanted).map(|&(_, mode)| mode)
        };
        let tables = || self.tables.iter().filter(|table| table.matches);
        let by_rule = tables().find_map(|table| of(&table.rules, number));
        let category = self.of_rules[number];
        let by_category = tables().find_map(|table| of(&table.categories, category));
        let by_category = by_category.or_else(|| of(&self.categories, category)).unwrap_or("on");
        let modes = [Setup::own_mode(keys), by_category];
        let both = MODES.into_iter().rev().find(|mode| modes.contains(mode)).expect("a mode");
        match (by_rule.unwrap_or(both), self.rollouts[number]) {
            ("on", Some((percent, by_room))) => {
                let room = self.case.event["RoomArn"].as_str();
                let id = if by_room { room } else { self.user };
                let is_in = |id: &str| !id.is_empty() && naive_bucket(number, id) < percent;
                if id.is_some_and(is_in) { "on" } else { "shadow" }
            }
            (mode, _) => mode,
        }
    }

    /// The manifest in which each rule has the mode that it has for the event.
    fn resolved(&self) -> String {
        let (head, rules) = self.parts();
        let mut text = head.to_owned();
        for (number, keys) in rules.iter().enumerate() {
            let others: Vec<_> = keys.lines().filter(|line| !line.starts_with("mode = ")).collect();
            let mode = self.mode(number, keys);
            text += &format!("[[rule]]\n{}\nmode = \"{mode}\"\n", others.join("\n"));
        }
        text
    }
}

/// The bucket of a sender or room for rule `r{number}`, with arbitrary precision.
fn naive_bucket(number: usize, id: &str) -> u8 {
    const WORD: u128 = 1 << 64;
    let mut hash: u128 = 14_695_981_039_346_656_037;
    for byte in format!("r{number}\0{id}").bytes() {
        hash = (hash ^ u128::from(byte)) * 1_099_511_628_211 % WORD;
    }
    for factor in [0xFF51_AFD7_ED55_8CCD_u128, 0xC4CE_B9FE_1A85_EC53] {
        hash = (hash ^ (hash >> 33)) * factor % WORD;
    }
    ((hash ^ (hash >> 33)) % 100) as u8
}

/// The reply to an event, and the rules that matched: active ones, and those in shadow mode.
fn outcome(engine: &Engine, event: &Value) -> (Vec<u8>, Vec<String>, Vec<String>) {
    let event = event.to_string();
    let request = ReviewRequest::from_json(event.as_bytes()).expect("an event");
    let review = Reviewer::new(engine).review(&request, DAY);
    let ids = |rules: Vec<_>| rules.into_iter().map(|id| engine.rules().rule(id).id.clone());
    let (active, shadow) = (ids(review.rules()).collect(), ids(review.shadow_rules()).collect());
    (review.into_response(engine, request).to_json(), active, shadow)
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn each_rule_has_the_mode_of_the_naive_computation(setup in setup()) {
        let event = setup.event();
        let switched = engine_with_unused_switches(setup.switched());
        let resolved = engine_of(setup.resolved());
        let expected = outcome(&resolved, &event);
        prop_assert_eq!(&outcome(&switched, &event), &expected);
        let mut sources = Sources::default();
        let content = Ok(setup.switched().into_bytes());
        sources.push(Source { path: "rules.toml".into(), content });
        let file = compiled::write(&switched, &sources);
        let opened = Compiled::open(file).expect("a valid file").engine;
        prop_assert_eq!(&outcome(&opened, &event), &expected);
    }
}

/// The example in the documentation of `src/rules/switches.rs`, and what it does not show.
#[test]
fn the_lower_mode_counts_unless_a_room_names_the_rule() {
    const ROOM: &str = "[[room]]\nrooms = [\"AbC*\"]\n";
    for (own, categories, room, expected) in [
        ("", "insults = \"off\"", "", "off"),
        ("", "insults = \"off\"", "categories = { insults = \"on\" }", "on"),
        ("", "", "categories = { insults = \"on\" }\nrules = { taunts = \"shadow\" }", "shadow"),
        ("shadow", "insults = \"on\"", "", "shadow"),
        ("shadow", "insults = \"off\"", "rules = { taunts = \"on\" }", "on"),
        ("off", "insults = \"on\"", "categories = { insults = \"on\" }", "off"),
        ("on", "insults = \"shadow\"", "", "shadow"),
    ] {
        let own = if own.is_empty() { String::new() } else { format!("mode = \"{own}\"\n") };
        let room = if room.is_empty() { String::new() } else { format!("{ROOM}{room}\n") };
        let manifest = format!(
            "version = 1\n[categories]\n{categories}\n{room}[[rule]]\nid = \"taunts\"\n\
             category = \"insults\"\nterms = [\"muppet\"]\naction = \"mask\"\n{own}"
        );
        let event =
            json!({ "Content": "muppet", "RoomArn": "arn:aws:ivschat:eu-west-1:1:room/AbC" });
        let (_, active, shadow) = outcome(&engine_of(manifest.clone()), &event);
        let mode = match (active.len(), shadow.len()) {
            (1, 0) => "on",
            (0, 1) => "shadow",
            _ => "off",
        };
        assert_eq!(mode, expected, "{manifest}");
    }
}

/// The vectors of `docs/rules/rollout.md`.
#[test]
fn the_documented_buckets_are_computed() {
    let page = include_str!("../../docs/rules/rollout.md");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let mut count = 0;
    for row in rows {
        let cells: Vec<&str> =
            row.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect();
        let [rule, id, _, expected] = cells[..] else { continue };
        let Ok(expected) = expected.parse::<u8>() else { continue };
        let id = if id == "(empty)" { "" } else { id };
        assert_eq!(bucket(rule, id), expected, "{row}");
        count += 1;
    }
    assert!(count >= 8, "{count} vectors");
}

/// Each percentage of a million senders is within 0.1 points, and two rules choose independently.
/// That sets grow with the percentage follows from the buckets. By chance one of four rules is
/// beyond 0.1 points somewhere (Kolmogorov and Smirnov: 2 exp(-2)); these two are not.
#[test]
fn a_rollout_includes_its_percentage_of_senders() {
    const SENDERS: usize = 1_000_000;
    let mut counts = [[0_u32; 100]; 2];
    let mut both = vec![0_u32; 100 * 100];
    for number in 0..SENDERS {
        let id = format!("user-{number:07}");
        let [first, second] = ["new-list", "slurs"].map(|rule| usize::from(bucket(rule, &id)));
        counts[0][first] += 1;
        counts[1][second] += 1;
        both[first * 100 + second] += 1;
    }
    for counts in counts {
        let mut included = 0;
        for (below, count) in counts.iter().enumerate() {
            included += count;
            let share = f64::from(included) / SENDERS as f64 * 100.0;
            assert!((share - (below + 1) as f64).abs() <= 0.1, "{}: {share}", below + 1);
        }
    }
    // Of the senders that one rule includes, the other includes its percentage.
    for first in [1, 10, 50, 90] {
        for second in [1, 10, 50, 90] {
            let rows = both.chunks(100).take(first);
            let common: u32 = rows.flat_map(|row| &row[..second]).sum();
            let share = f64::from(common) / SENDERS as f64 * 100.0;
            let expected = (first * second) as f64 / 100.0;
            assert!((share - expected).abs() <= 0.1, "{first} and {second}: {share}");
        }
    }
    // Pearson's chi-squared test with 99 * 99 degrees of freedom: within five standard deviations.
    let statistic: f64 = (0..100 * 100)
        .map(|cell| {
            let (row, column) = (cell / 100, cell % 100);
            let [row, column] = [counts[0][row], counts[1][column]].map(f64::from);
            let expected = row * column / SENDERS as f64;
            (f64::from(both[cell]) - expected).powi(2) / expected
        })
        .sum();
    let (freedom, deviation) = (9_801.0, (2.0 * 9_801.0_f64).sqrt());
    assert!((statistic - freedom).abs() < 5.0 * deviation, "{statistic}");
}
