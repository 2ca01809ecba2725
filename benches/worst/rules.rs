//! Kinds of rules, each of which may have different slowest messages.

use std::path::Path;

use ivs_chat_review::engine::Engine;
use ivs_chat_review::rules;
use ivs_chat_review::source::{Source, Sources};

/// The name of a kind, the lines of its list and its patterns.
type Rules = (&'static str, Vec<String>, Vec<String>);

/// Returns rules of each kind, made of these words.
pub(crate) fn kinds(words: &[String], patterns: usize) -> Vec<Rules> {
    let lines = |line: &dyn Fn(usize, &str) -> String| -> Vec<String> {
        words.iter().enumerate().map(|(number, word)| line(number, word)).collect()
    };
    let next = |number: usize| &words[(number + 1) % words.len()];
    let phrase = |number: usize, word: &str| format!("{word} {}", next(number));
    let few = ["ass", "ill", "lil", "sis", "tit", "bib", "gag", "ooo", "sss", "iiii"].join("\n");
    let mixed = |number: usize, word: &str| match number % 8 {
        0 => format!("{word}+"),
        1 => format!("*{word}*"),
        2 => phrase(number, word),
        3 => format!("{word}*"),
        4 => format!("! {word}"),
        5 => format!("{word} 😡"),
        _ => word.to_owned(),
    };
    let patterns: Vec<String> = (0..patterns)
        .map(|number| {
            let (a, b) = (&words[number % words.len()], next(number));
            match number % 4 {
                0 => format!(r"\b{a}zq\w+"),
                1 => format!(r"(?i){a}qz\s+{b}\b"),
                2 => format!(r"\w+\.{a}{b}/\d+"),
                _ => format!(r"\b\d{{2,4}}\s*{a}{b}(s|es)?\b"),
            }
        })
        .collect();
    let own_letters = |_: usize, word: &str| word.replace('a', "а").replace('e', "ж");
    vec![
        ("words", lines(&|_, word| word.to_owned()), vec![]),
        ("parts", lines(&|_, word| format!("*{word}*")), vec![]),
        ("beginnings", lines(&|_, word| format!("{word}*")), vec![]),
        ("endings", lines(&|_, word| format!("{word}+")), vec![]),
        ("phrases", lines(&phrase), vec![]),
        ("emoji", lines(&|number, word| format!("{word} 😡 {number}")), vec![]),
        ("other scripts", lines(&own_letters), vec![]),
        ("short", vec![few.clone()], vec![]),
        ("short with endings", vec![few.replace('\n', "+\n") + "+\n! good"], vec![]),
        (
            "exceptions",
            lines(&|number, word| {
                if number % 2 == 0 { format!("! *{word}*") } else { word.to_owned() }
            }),
            vec![],
        ),
        ("patterns", lines(&|_, word| word.to_owned()), patterns.clone()),
        ("all", lines(&mixed), patterns),
    ]
}

/// Compiles the rules of a folder.
pub(crate) fn shipped(folder: &Path) -> Engine {
    compiled(&rules::load(folder).expect("a rule folder"))
}

pub(crate) fn engine(lines: &[String], patterns: &[String]) -> Engine {
    let quoted: Vec<String> = patterns.iter().map(|pattern| format!("'''{pattern}'''")).collect();
    let mut manifest =
        "version = 1\n[[rule]]\nid = \"words\"\nlists = [\"lists/words.txt\"]\naction = \"mask\"\n"
            .to_owned();
    if !quoted.is_empty() {
        let patterns = quoted.join(", ");
        manifest +=
            &format!("[[rule]]\nid = \"patterns\"\npatterns = [{patterns}]\naction = \"deny\"\n");
    }
    let mut sources = Sources::new("");
    for (path, text) in [("rules.toml", manifest), ("lists/words.txt", lines.join("\n"))] {
        sources.push(Source { path: path.to_owned(), content: Ok(text.into_bytes()) });
    }
    compiled(&sources)
}

fn compiled(sources: &Sources) -> Engine {
    let parsed = rules::parse(sources);
    let errors: Vec<_> = parsed.diagnostics.iter().filter(|problem| problem.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let (engine, problems) = Engine::compile(parsed.rules);
    assert!(problems.is_empty(), "{problems:?}");
    engine
}
