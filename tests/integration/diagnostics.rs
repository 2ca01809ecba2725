//! What is told of rule folders with mistakes in them: `tests/data/diagnostics/NAME/` and `NAME.out`.
//!
//! `UPDATE_GOLDENS=1 cargo test` writes the outcomes anew; read the difference before it goes in.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use ivs_chat_review::check::check;
use ivs_chat_review::detect::Detector;
use ivs_chat_review::diagnostic::{Code, Diagnostic, Location, place};
use ivs_chat_review::engine::Engine;
use ivs_chat_review::limit::Measure;
use ivs_chat_review::normalize::Disguises;
use ivs_chat_review::rules::{self, Action, Days, Fields, Mode, Names};
use ivs_chat_review::source::{Source, Sources};
use jiff::civil::date;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/diagnostics")
}

/// The names of all folders; each has its outcome beside it.
fn names() -> BTreeSet<String> {
    let (mut folders, mut outcomes) = (BTreeSet::new(), BTreeSet::new());
    for entry in fs::read_dir(data()).expect("the folder is there") {
        let name = entry.expect("a file").file_name().to_string_lossy().into_owned();
        match name.strip_suffix(".out") {
            Some(name) => outcomes.insert(name.to_owned()),
            None => folders.insert(name),
        };
    }
    let stray: Vec<_> = outcomes.difference(&folders).collect();
    assert!(stray.is_empty(), "outcomes without a folder: {stray:?}");
    folders
}

/// All that parser, compiler and check tell of a folder, as the command line does.
fn problems(sources: &Sources) -> Vec<Diagnostic> {
    let parsed = rules::parse(sources);
    let mut problems = parsed.problems;
    let (engine, found) = Engine::compile(parsed.rules);
    problems.extend(found);
    problems.extend(check(&engine, sources));
    problems.sort_by_key(|problem| problem.location);
    problems
}

fn load(name: &str) -> Sources {
    let mut sources = rules::load(&data().join(name)).expect("the folder has a rules.toml");
    // Where the repository lies is no part of the outcome.
    sources.prefix = format!("{name}/");
    sources
}

#[test]
fn folders_are_told_what_stands_beside_them() {
    let update = std::env::var_os("UPDATE_GOLDENS").is_some();
    let mut failures = String::new();
    for name in names() {
        let sources = load(&name);
        let shown: String = problems(&sources).iter().map(|it| show(&sources, it)).collect();
        let path = data().join(format!("{name}.out"));
        if update {
            fs::write(&path, &shown).expect("the golden file can be written");
        }
        let expected = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        if shown != expected {
            failures.push_str(&format!("{name}: expected\n{expected}{name}: found\n{shown}\n"));
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// A problem as a person reads it, and what stands where it points.
fn show(sources: &Sources, problem: &Diagnostic) -> String {
    let mut out = String::new();
    let Diagnostic { code, message, .. } = problem;
    let place_of = problem.place(sources);
    let severity = code.severity();
    writeln!(out, "{place_of}: {severity}[{code}]: {message}").expect("to a string");
    if let Some(location) = problem.location {
        writeln!(out, "  at:   {}", excerpt(sources, location)).expect("to a string");
    }
    if let Some((location, what)) = &problem.related {
        let place = place(sources, *location);
        let excerpt = excerpt(sources, *location);
        writeln!(out, "  see:  {place}: {what}: {excerpt}").expect("to a string");
    }
    if let Some(help) = &problem.help {
        writeln!(out, "  help: {help}").expect("to a string");
    }
    out
}

/// The text between the ends of a location.
fn excerpt(sources: &Sources, location: Location) -> String {
    const LONGEST: usize = 60;
    let Ok(bytes) = &sources.get(location.source).content else { return "nothing".into() };
    let text = String::from_utf8_lossy(&bytes[location.span.range()]);
    let shown = text.chars().take(LONGEST);
    let shown: String = shown.map(|c| if c.is_control() { '␣' } else { c }).collect();
    let more = if text.chars().nth(LONGEST).is_some() { "…" } else { "" };
    format!("`{shown}`{more}")
}

#[test]
fn each_code_is_in_an_outcome() {
    // What takes a faulty disk or a very long file is tested below.
    const ELSEWHERE: [Code; 2] = [Code::Unreadable, Code::Untold];
    let told: BTreeSet<Code> =
        names().iter().flat_map(|name| problems(&load(name))).map(|problem| problem.code).collect();
    let missing: Vec<_> =
        Code::ALL.iter().filter(|code| !told.contains(code) && !ELSEWHERE.contains(code)).collect();
    assert!(missing.is_empty(), "in no outcome: {missing:?}");
}

#[test]
fn a_folder_without_a_manifest_is_refused() {
    for (folder, why) in [
        (data(), "has no rules.toml"),
        (data().join("there-is-no-such-folder"), "cannot be read"),
        (data().join("clean/rules.toml"), "cannot be read"),
    ] {
        let error = rules::load(&folder).expect_err(why).to_string();
        assert!(error.contains(why) && error.contains("diagnostics"), "{error}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told_and_the_others_work() {
    let mut sources = Sources::new("rules/");
    let manifest = "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\n\
                    lists = [\"lists/a.txt\", \"lists/b.txt\"]\n";
    for (path, content) in [
        ("lists/a.txt", Err("is a folder, not a file".to_owned())),
        ("lists/b.txt", Ok(b"bad".to_vec())),
        ("rules.toml", Ok(manifest.into())),
    ] {
        sources.push(Source { path: path.into(), content });
    }
    let parsed = rules::parse(&sources);
    assert_eq!(parsed.rules.lists.len(), 1);
    let [problem] = &parsed.problems[..] else { panic!("{:?}", parsed.problems) };
    assert_eq!(
        show(&sources, problem),
        "rules/lists/a.txt:1:1: error[unreadable]: `lists/a.txt` is a folder, not a file\n\
         \x20 at:   nothing\n"
    );

    let nothing = rules::parse(&Sources::new("rules/"));
    let [problem] = &nothing.problems[..] else { panic!("{:?}", nothing.problems) };
    assert_eq!(problem.code, Code::Unreadable);
    assert_eq!(problem.place(&Sources::new("rules/")), "rules");
}

#[test]
fn problems_beyond_a_thousand_are_counted() {
    let mut sources = Sources::new("rules/");
    let manifest =
        "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\nlists = [\"lists/a.txt\"]\n";
    for (path, text) in [("rules.toml", manifest.to_owned()), ("lists/a.txt", "*\n".repeat(1_234))]
    {
        sources.push(Source { path: path.into(), content: Ok(text.into_bytes()) });
    }
    let problems = rules::parse(&sources).problems;
    let last = problems.last().expect("there are problems");
    assert_eq!((problems.len(), last.code), (1_001, Code::Untold));
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

    let [insults, names, kinds] = &rules.rules[..] else { panic!("{:?}", rules.rules) };
    let scope = &insults.scope;
    assert_eq!((scope.mode, scope.rooms.len()), (Mode::Shadow, 2));
    assert!(scope.rooms[0].names("arn:aws:ivschat:eu-west-1:1:room/AbCdEf123456"));
    assert!(scope.unless.is_some());
    let days = Days { from: Some(date(2026, 12, 1)), until: Some(date(2026, 12, 31)) };
    assert_eq!(scope.days, days);
    let all = Fields { content: true, attributes: Names::All, sender: Names::These(Vec::new()) };
    assert_eq!(insults.fields, all);
    assert_eq!(insults.disguises, Disguises::None);

    let Action::Tag(tags) = &names.action else { panic!("{:?}", names.action) };
    let tags: Vec<(&str, &str)> = tags.iter().collect();
    assert_eq!(tags, [("moderation", "name"), ("moderation by", "rules")]);
    assert_eq!((names.scope.mode, names.disguises), (Mode::Off, Disguises::Standard));
    assert_eq!(names.scope.days, Days::default());
    assert_eq!((names.fields.content, &names.fields.sender), (false, &Names::All));

    let links = kinds.links.as_ref().map(|links| (links.deny.len(), links.allow.len()));
    assert_eq!(links, Some((1, 2)));
    let limits: Vec<_> = kinds.limits.iter().map(|limit| (limit.measure, limit.most)).collect();
    let all = Measure::ALL.iter().copied().zip([7_000, 10, 10, 5, 2, 5, 4, 200]);
    assert_eq!(limits, all.collect::<Vec<_>>());
    assert!(kinds.limits.iter().all(|limit| limit.min_letters == 12));
    let detect: Vec<_> = kinds.detect.iter().map(|detect| detect.detector).collect();
    assert_eq!(detect, Detector::ALL);
}

#[test]
fn an_exempt_table_with_a_problem_exempts_nobody() {
    let manifest = "[[exempt]]\nuser_ids = [\"u\"]\n[[rule]]\nid = \"a\"\naction = \"mask\"\nterms = [\"bad\"]\n";
    let mut no_version = Sources::new("rules/");
    no_version.push(Source { path: "rules.toml".into(), content: Ok(manifest.into()) });
    for sources in [
        load("unless-and-exempt"),
        load("exempt-is-no-table"),
        load("exempt-with-a-syntax-error"),
        no_version,
    ] {
        let parsed = rules::parse(&sources);
        assert!(!parsed.problems.is_empty());
        assert_eq!(parsed.rules.exempt, []);
    }
}
