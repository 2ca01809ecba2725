//! Rules of a given size: [`Setup`].

use fastrand::Rng;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::rules::{self, Rules};
use ivs_chat_review::source::{Source, Sources};

use crate::words::{Kind, spoken};

/// Words as entries of one list that masks, and patterns of one rule that replaces.
pub(crate) struct Setup {
    pub(crate) words: Vec<String>,
    pub(crate) engine: Engine,
    sources: Sources,
}

impl Setup {
    pub(crate) fn new(entries: usize, kind: Kind, patterns: usize) -> Setup {
        let words = kind.words(entries);
        let mut sources = Sources::new("");
        let mut push = |path: &str, text: String| {
            sources.push(Source { path: path.to_owned(), content: Ok(text.into_bytes()) });
        };
        push("rules.toml", manifest(patterns));
        push("lists/words.txt", words.join("\n"));
        let engine = compile(parse(&sources));
        Setup { words, engine, sources }
    }

    /// Compiles the rules once more.
    pub(crate) fn compile(&self) -> Engine {
        compile(parse(&self.sources))
    }
}

fn parse(sources: &Sources) -> Rules {
    let parsed = rules::parse(sources);
    let errors: Vec<_> = parsed.problems.iter().filter(|problem| problem.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    parsed.rules
}

fn compile(rules: Rules) -> Engine {
    let (engine, problems) = Engine::compile(rules);
    assert!(problems.is_empty(), "{problems:?}");
    engine
}

/// Patterns such as people write, in Unicode: words in between which anything may stand, with and without
/// boundaries.
fn manifest(patterns: usize) -> String {
    let mut rng = Rng::with_seed(11);
    let patterns: Vec<String> = (0..patterns)
        .map(|number| {
            let (a, b) = (spoken(&mut rng, 2..=3), spoken(&mut rng, 2..=3));
            match number % 4 {
                0 => format!(r"'\b{a}zq\w+'"),
                1 => format!(r"'(?i){a}qz\s+{b}\b'"),
                2 => format!(r"'\w+\.{a}{b}/\d+'"),
                _ => format!(r"'\b\d{{2,4}}\s*{a}{b}(s|es)?\b'"),
            }
        })
        .collect();
    let rule = match patterns.join(", ") {
        patterns if patterns.is_empty() => String::new(),
        patterns => format!(
            "[[rule]]\nid = \"patterns\"\npatterns = [{patterns}]\naction = \"replace\"\nwith = \"[removed]\"\n"
        ),
    };
    format!(
        "version = 1\n\n[[rule]]\nid = \"words\"\nlists = [\"lists/words.txt\"]\naction = \"mask\"\n\n{rule}"
    )
}
