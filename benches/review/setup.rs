//! Rules of a chosen size: [`Setup`].

use fastrand::Rng;
use ivs_chat_review::engine::Engine;
use std::path::Path;

use ivs_chat_review::rules::{self, Rules};
use ivs_chat_review::source::{Source, Sources};

use crate::words::{Kind, pseudo_word};

/// An engine with words as the entries of a rule that masks, and patterns of a rule that replaces.
pub(crate) struct Setup {
    pub(crate) words: Vec<String>,
    pub(crate) engine: Engine,
    sources: Sources,
}

impl Setup {
    pub(crate) fn new(entries: usize, kind: Kind, patterns: usize) -> Setup {
        Setup::with(entries, kind, &self::patterns(patterns))
    }

    /// Compiles the rules of `rules/`. The words are their entries.
    pub(crate) fn shipped() -> Setup {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
        let sources = rules::load(&folder).expect("the folder is readable");
        let engine = compile(parse(&sources));
        let entries = engine.rules().lists.iter().flat_map(|list| &list.entries);
        let words = entries.filter(|entry| !entry.exception).map(|entry| entry.text.clone());
        Setup { words: words.collect(), engine, sources }
    }

    /// Compiles the words together with further rules, as TOML.
    pub(crate) fn with(entries: usize, kind: Kind, rules: &str) -> Setup {
        let words = kind.words(entries);
        let mut sources = Sources::new("");
        let mut push = |path: &str, text: String| {
            sources.push(Source { path: path.to_owned(), content: Ok(text.into_bytes()) });
        };
        let list = "version = 1\n\n[[rule]]\nid = \"words\"\nlists = [\"lists/words.txt\"]\naction = \"mask\"\n";
        push("rules.toml", format!("{list}\n{rules}"));
        push("lists/words.txt", words.join("\n"));
        let engine = compile(parse(&sources));
        Setup { words, engine, sources }
    }

    /// Parses and compiles the rules again.
    pub(crate) fn compile(&self) -> Engine {
        compile(parse(&self.sources))
    }
}

fn parse(sources: &Sources) -> Rules {
    let parsed = rules::parse(sources);
    let errors: Vec<_> = parsed.diagnostics.iter().filter(|problem| problem.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    parsed.rules
}

fn compile(rules: Rules) -> Engine {
    let (engine, problems) = Engine::compile(rules);
    assert!(problems.is_empty(), "{problems:?}");
    engine
}

/// Returns a rule with typical patterns, with Unicode enabled: words with variable text around
/// them, with and without boundaries.
fn patterns(patterns: usize) -> String {
    let mut rng = Rng::with_seed(11);
    let patterns: Vec<String> = (0..patterns)
        .map(|number| {
            let (a, b) = (pseudo_word(&mut rng, 2..=3), pseudo_word(&mut rng, 2..=3));
            match number % 4 {
                0 => format!(r"'\b{a}zq\w+'"),
                1 => format!(r"'(?i){a}qz\s+{b}\b'"),
                2 => format!(r"'\w+\.{a}{b}/\d+'"),
                _ => format!(r"'\b\d{{2,4}}\s*{a}{b}(s|es)?\b'"),
            }
        })
        .collect();
    match patterns.join(", ") {
        patterns if patterns.is_empty() => String::new(),
        patterns => format!(
            "[[rule]]\nid = \"patterns\"\npatterns = [{patterns}]\naction = \"replace\"\nwith = \"[removed]\"\n"
        ),
    }
}

/// Returns the kinds of rules without entries and patterns, each with its name, and `none` and
/// `all`.
pub(crate) fn kinds() -> Vec<(&'static str, String)> {
    let rule = |id: &str, looks: &str, action: &str| {
        format!("[[rule]]\nid = \"{id}\"\n{looks}\naction = \"{action}\"\n")
    };
    let links = rule(
        "links",
        "links = { deny = [\"*\"], allow = [\"example.com\", \"*.twitch.tv\"] }",
        "mask",
    );
    let limits = rule(
        "limits",
        "limit = { capitals = 0.7, min_letters = 12, repeats = 20, emoji = 10, mentions = 5, lines = 8, stacked_marks = 6, length = 400 }",
        "deny",
    );
    let detect = rule("detect", "detect = [\"email\", \"phone\", \"card\", \"ip\"]", "mask");
    let all = [links.as_str(), &limits, &detect].concat();
    vec![
        ("none", String::new()),
        ("links", links),
        ("limits", limits),
        ("detect", detect),
        ("all", all),
    ]
}
