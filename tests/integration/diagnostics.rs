//! Rules and diagnostics of invalid rule folders. The unit tests of the command line compare the output for each folder
//! of `tests/data/diagnostics` with snapshots.

use std::path::{Path, PathBuf};

use ivs_chat_review::diagnostic::Code;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::limits::Measure;
use ivs_chat_review::lint::check;
use ivs_chat_review::normalize::Disguises;
use ivs_chat_review::pii::Detector;
use ivs_chat_review::rules::{
    self, Action, AttributeNames, DateRange, FieldSelector, Mode, RolloutBy, Switch,
};
use ivs_chat_review::source::{Source, Sources};
use jiff::civil::date;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/diagnostics")
}

fn load(name: &str) -> Sources {
    let mut sources = rules::load(&data().join(name)).expect("the folder has a rules.toml");
    // The result must not depend on the path of the repository.
    sources.prefix = format!("{name}/");
    sources
}

#[test]
fn a_folder_without_a_manifest_is_an_error() {
    for (folder, why) in [
        (data(), "does not contain rules.toml"),
        (data().join("missing-folder"), "cannot read rule folder"),
        (data().join("clean/rules.toml"), "cannot read rule folder"),
    ] {
        let error = rules::load(&folder).expect_err(why).to_string();
        assert!(error.contains(why) && error.contains("diagnostics"), "{error}");
    }
}

#[test]
fn an_unreadable_file_is_reported_and_others_are_used() {
    let mut sources = Sources::new("rules/");
    let manifest = "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\n\
                    lists = [\"lists/a.txt\", \"lists/b.txt\"]\n";
    for (path, content) in [
        ("lists/a.txt", Err("is a folder, not a file".into())),
        ("lists/b.txt", Ok(b"bad".to_vec())),
        ("rules.toml", Ok(manifest.into())),
    ] {
        sources.push(Source { path: path.into(), content });
    }
    let parsed = rules::parse(&sources);
    assert_eq!(parsed.rules.lists.len(), 1);
    let [problem] = &parsed.diagnostics[..] else { panic!("{:?}", parsed.diagnostics) };
    assert_eq!(
        (problem.code, problem.format_location(&sources).as_str()),
        (Code::IoError, "rules/lists/a.txt:1:1")
    );
    assert_eq!(problem.message, "`lists/a.txt` is a folder, not a file");

    let nothing = rules::parse(&Sources::new("rules/"));
    let [problem] = &nothing.diagnostics[..] else { panic!("{:?}", nothing.diagnostics) };
    assert_eq!(problem.code, Code::IoError);
    assert_eq!(problem.format_location(&Sources::new("rules/")), "rules");
}

#[test]
fn diagnostics_are_limited_to_a_thousand() {
    let mut sources = Sources::new("rules/");
    let manifest =
        "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\nlists = [\"lists/a.txt\"]\n";
    for (path, text) in [("rules.toml", manifest.to_owned()), ("lists/a.txt", "*\n".repeat(1_234))]
    {
        sources.push(Source { path: path.into(), content: Ok(text.into_bytes()) });
    }
    let problems = rules::parse(&sources).diagnostics;
    let last = problems.last().expect("a diagnostic");
    assert_eq!((problems.len(), last.code), (1_001, Code::TooManyProblems));
    assert!(last.message.contains("234"), "{}", last.message);
}

#[test]
fn every_key_reaches_the_rules() {
    let rules = rules::parse(&load("every-key")).rules;
    let lengths: Vec<usize> = rules.settings.rooms.iter().map(|(_, length)| *length).collect();
    assert_eq!((rules.settings.max_message_length, lengths), (400, vec![200, 100]));
    let [exceptions] = rules.settings.exceptions[..] else { panic!("{:?}", rules.settings) };
    let exceptions = rules.list(exceptions);
    assert_eq!((exceptions.path.as_str(), exceptions.entries.len()), ("lists/allow.txt", 1));
    assert_eq!(rules.exempt.len(), 2);
    assert_eq!(rules.exempt[1].user_ids, ["bot-1"]);
    assert!(rules.exempt[0].sender.is_some() && rules.exempt[0].user_ids.is_empty());

    let switches = &rules.switches;
    let modes = |switches: &[Switch]| -> Vec<Mode> { switches.iter().map(|it| it.mode).collect() };
    assert_eq!(modes(&switches.categories), [Mode::On, Mode::Off]);
    let [room] = &switches.rooms[..] else { panic!("{switches:?}") };
    assert_eq!(
        (modes(&room.categories), modes(&room.rules)),
        (vec![Mode::Shadow], vec![Mode::Shadow])
    );
    assert!(room.rooms[0].matches("arn:aws:ivschat:eu-west-1:1:room/Kids12345678"));

    let [insults, names, kinds] = &rules.rules[..] else { panic!("{:?}", rules.rules) };
    let scope = &insults.scope;
    assert_eq!((scope.mode, scope.rooms.len()), (Mode::Shadow, 2));
    assert!(scope.rooms[0].matches("arn:aws:ivschat:eu-west-1:1:room/AbCdEf123456"));
    assert!(scope.unless.is_some());
    let days = DateRange { from: Some(date(2026, 12, 1)), until: Some(date(2026, 12, 31)) };
    assert_eq!(scope.days, days);
    let all = FieldSelector {
        content: true,
        attributes: AttributeNames::All,
        sender: AttributeNames::Listed(Vec::new()),
    };
    assert_eq!(insults.fields, all);
    assert_eq!(insults.disguises, Disguises::None);

    let Action::Tag(tags) = &names.action else { panic!("{:?}", names.action) };
    let tags: Vec<(&str, &str)> = tags.iter().collect();
    assert_eq!(tags, [("moderation", "name"), ("moderation by", "rules")]);
    assert_eq!((names.scope.mode, names.disguises), (Mode::Off, Disguises::Standard));
    assert_eq!(names.scope.days, DateRange::default());
    assert_eq!((names.fields.content, &names.fields.sender), (false, &AttributeNames::All));

    let rollout = insults.scope.rollout.map(|rollout| (rollout.percent, rollout.by));
    assert_eq!(rollout, Some((25, RolloutBy::Room)));
    let links = kinds.links.as_ref();
    let links = links.map(|links| (links.deny.len(), links.allow.len(), links.ignore_words));
    assert_eq!(links, Some((1, 3, true)));
    let limits: Vec<_> = kinds.limits.iter().map(|limit| (limit.measure, limit.most)).collect();
    let all = Measure::ALL.iter().copied().zip([7_000, 10, 10, 5, 2, 5, 4, 200]);
    assert_eq!(limits, all.collect::<Vec<_>>());
    assert!(kinds.limits.iter().all(|limit| limit.min_letters == 12));
    let detect: Vec<_> = kinds.detect.iter().map(|detect| detect.detector).collect();
    assert_eq!(detect, Detector::ALL);
}

#[test]
fn an_invalid_exempt_table_exempts_no_sender() {
    for sources in [
        load("unless-and-exempt"),
        load("exempt-is-not-a-table"),
        load("exempt-with-a-syntax-error"),
    ] {
        let parsed = rules::parse(&sources);
        assert!(!parsed.diagnostics.is_empty());
        assert_eq!(parsed.rules.exempt, []);
    }
}

/// Each error costs the rule or string with the error; all others are used.
#[test]
fn an_error_in_the_manifest_costs_as_little_as_possible() {
    const GOOD: &str = "[[rule]]\nid = \"good\"\nterms = [\"bad\"]\naction = \"mask\"\n";
    for (rule, expected) in [
        // A rule with an error, and the rules that are used: `good` is before and after it.
        ("[rule]\nid = \"a\"\nterms = [\"x\"]\naction = \"mask\"\n", "good a last"),
        ("[[rule]\nid = \"a\"\nterms = [\"x\"]\naction = \"mask\"\n", "good last"),
        ("[[rule]]\nid = \"a\"\nterms = [\"x\"\naction = \"mask\"\n", "good last"),
        ("[[rule]]\nid = \"a\"\nterms = [\"x]\naction = \"mask\"\n", "good last"),
        ("[[rule]]\nid = \"a\nterms = [\"x\"]\naction = \"mask\"\n", "good last"),
        ("[[rule]]\nid = a\nterms = [\"x\"]\naction = \"mask\"\n", "good last"),
        ("[[rule]]\nid = \"a\"\nterms = [\"x\" \"y\"]\naction = \"mask\"\n", "good last"),
        ("[[rule]]\nid = \"a\"\nid = \"a\"\nterms = [\"x\"]\naction = \"mask\"\n", "good last"),
        ("[[rule]]\nid = \"a\"\npatterns = [\"\\d\"]\naction = \"mask\"\n", "good last"),
        ("[[rule]]\nid = \"a\"\nterms = [\"\"\"x]\naction = \"mask\"\n", "good last"),
        ("[[rule]]\nid = \"a\"\nterms = [\'\'\'x]\naction = \"mask\"\n", "good last"),
        (
            "[[rule]]\nid = \"a\"\naction = \"tag\"\ntag = { a = \"b\"\nterms = [\"x\"]\n",
            "good last",
        ),
        ("[[rule]]\nid: a\nterms: [x]\n", "good last"),
        ("<<<<<<< HEAD\n", "last"),
        ("[settings]\nwhen_cut = \"deny\n", "good last"),
        ("[settings]\n[settings]\n", "good last"),
        ("# caf\u{DC}\n", "good last"),
        (
            "[[rule]]\nid = \"a\"\nterms = [\"caf\u{DC}\", \"x\"]\naction = \"mask\"\n",
            "good a last",
        ),
        (
            "[[rule]]\nid = \"a\"\nterms = [\"x\"]\naction = \"deny\"\nreason = \"\u{DC}\"\n",
            "good last",
        ),
        ("[[rule]]\nid = \"\u{DC}\"\nterms = [\"x\"]\naction = \"deny\"\n", "good last"),
        (
            "[[rule]]\nid = \"a\"\nterms = [\"x\"]\naction = \"mask\"\nrooms = [\"r\", \"\u{DC}\"]\n",
            "good last",
        ),
        (
            "[[rule]]\nid = \"a\"\nterms = [\"x\"]\naction = \"mask\"\nunless = { \"\u{DC}\" = [\"y\"] }\n",
            "good last",
        ),
        ("[[rule]]\nid = \"a\"\nt\u{DC} = 1\nterms = [\"x\"]\naction = \"mask\"\n", "good last"),
    ] {
        let last = GOOD.replace("good", "last");
        let text = format!("version = 1\n{GOOD}{rule}{last}");
        // U+00DC is written in Latin-1.
        let bytes = text.chars().map(|c| c as u8).collect();
        let mut sources = Sources::new("rules/");
        sources.push(Source { path: "rules.toml".into(), content: Ok(bytes) });
        let parsed = rules::parse(&sources);
        let ids: Vec<&str> = parsed.rules.rules.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids.join(" "), expected, "{text}{:#?}", parsed.diagnostics);
        let errors = parsed.diagnostics.iter().filter(|it| it.is_error()).count();
        assert!((1..=2).contains(&errors), "{text}{:#?}", parsed.diagnostics);
    }
    for (version, errors) in
        [("", 1), ("version = 2\n", 1), ("version = 0\n", 1), ("version = \"1\"\n", 1)]
    {
        let mut sources = Sources::new("rules/");
        let content = Ok(format!("{version}{GOOD}").into_bytes());
        sources.push(Source { path: "rules.toml".into(), content });
        let parsed = rules::parse(&sources);
        assert_eq!((parsed.rules.rules.len(), parsed.diagnostics.len()), (1, errors), "{version}");
    }
}

#[test]
fn utf_16_is_read_if_its_byte_order_mark_proves_it() {
    let manifest = "version = 1\n[[rule]]\nid = \"a\"\nlists = [\"a.txt\"]\naction = \"mask\"\n";
    let wide = |text: &str| -> Vec<u8> {
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let mut sources = Sources::new("rules/");
    sources.push(Source { path: "a.txt".into(), content: Ok(wide("bad\r\nдурак\r\n*\r\n")) });
    sources.push(Source { path: "rules.toml".into(), content: Ok(wide(manifest)) });
    let parsed = rules::parse(&sources);
    assert_eq!(parsed.rules.lists[0].entries.len(), 2);
    let found: Vec<_> =
        parsed.diagnostics.iter().map(|it| (it.code, it.format_location(&sources))).collect();
    assert_eq!(
        found,
        [
            (Code::Encoding, "rules/a.txt:1:1".to_owned()),
            (Code::BareWildcard, "rules/a.txt:3:1".to_owned()),
            (Code::Encoding, "rules/rules.toml:1:1".to_owned()),
        ]
    );
}

/// A rule folder in which a sample covers each rule and entry.
const COVERED: [(&str, &str); 3] = [
    ("lists/allow.txt", "good word\n> ok: a good word, and a good  word\n"),
    (
        "lists/words.txt",
        "# words\n\nmuppet+\nnoob*  # and noobish\n*face @plain\nword\n! the word\n\u{1F621}\n\
         \\#tag @until 2099-12-31\n\
         > caught: muppets\n> caught: noobish\n> caught: clownface\n> caught: word\n\
         > caught: \u{1F621}\n> caught: #tag\n> ok: the word\n",
    ),
    (
        "rules.toml",
        "version = 1\n\n[settings]\nexceptions = [\"lists/allow.txt\"]\n\n\
         [[rule]]\nid = \"words\"\nlists = [\"lists/words.txt\"]\naction = \"mask\"\n\n\
         [[rule]]\nid = \"more\"\nterms = [\"pillock\", \"numpty\"]\npatterns = ['\\bfree \\w+']\n\
         action = \"deny\"\n\
         samples = { caught = [\"pillock\", \"numpty\", \"free stuff\"], ok = [\"hello\"] }\n",
    ),
];

/// Returns the numbers of rules, entries and patterns of a rule folder, and whether it has diagnostics. Lints, which are
/// slow, run only if a number is below `minimum` and no other diagnostic is reported.
fn counts(files: &[(&str, Vec<u8>)], minimum: [usize; 3]) -> ([usize; 3], bool) {
    let mut sources = Sources::new("rules/");
    for (path, content) in files {
        sources.push(Source { path: (*path).into(), content: Ok(content.clone()) });
    }
    let parsed = rules::parse(&sources);
    let (engine, diagnostics) = Engine::compile(parsed.rules);
    let counts = [engine.rules().rules.len(), engine.entries(), engine.patterns()];
    let is_reported = !parsed.diagnostics.is_empty()
        || !diagnostics.is_empty()
        || is_below(counts, minimum) && !check(&engine, &sources).is_empty();
    (counts, is_reported)
}

fn is_below(counts: [usize; 3], minimum: [usize; 3]) -> bool {
    counts.iter().zip(minimum).any(|(count, minimum)| *count < minimum)
}

/// Each byte is replaced in turn, as by a typing error.
#[test]
fn no_replaced_byte_removes_a_rule_or_an_entry_silently() {
    const EXPECTED: [usize; 3] = [2, 10, 1];
    let files: Vec<(&str, Vec<u8>)> =
        COVERED.iter().map(|&(path, text)| (path, text.as_bytes().to_vec())).collect();
    // With a minimum that is not reached, the lints run.
    assert_eq!(counts(&files, [usize::MAX; 3]), (EXPECTED, false));
    let mut silent = Vec::new();
    for file in 0..files.len() {
        for at in 0..files[file].1.len() {
            let others =
                [b' ', b'!', b'*', b'>', b'"', b'\'', b'\\', b'=', b'@', b'+', 0, 0x7F, 0xFF];
            for byte in [b'#', b'\n', others[at % others.len()]] {
                let mut changed = files.clone();
                changed[file].1[at] = byte;
                let (counts, is_reported) = counts(&changed, EXPECTED);
                if is_below(counts, EXPECTED) && !is_reported {
                    silent.push((COVERED[file].0, at, char::from(byte), counts));
                }
            }
        }
    }
    assert!(silent.is_empty(), "{silent:?}");
}
