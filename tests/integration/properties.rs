//! Properties for generated rules, messages and bytes.
//!
//! `PROPTEST_CASES` sets the number of cases (default 256), and `PROPTEST_RNG_SEED` the seed, which is the same in every
//! run by default.

use aho_corasick::AhoCorasick;
use std::sync::LazyLock;

use ivs_chat_review::diagnostic::Code;
use ivs_chat_review::diagnostic::Diagnostic;
use ivs_chat_review::engine::{Engine, Scratch};
use ivs_chat_review::ivs::{MAX_MESSAGE_LENGTH, ReviewRequest};
use ivs_chat_review::language::Language;
use ivs_chat_review::lint::check;
use ivs_chat_review::normalize::{Disguises, Folded, Form, Layout, Normalized, SymbolMode};
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules;
use ivs_chat_review::source::{Source, Sources};
use ivs_chat_review::span::Span;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use unicode_segmentation::UnicodeSegmentation;

use crate::matching::{Setup, difference, engine};
use crate::reference;

const DAY: Date = Date::constant(2026, 6, 30);

/// Parts of entries: words in many scripts, with case and combining marks.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "bad", "word", "a", "s", "es", "ing", "x", "don't", "o'clock", "Straße", "ﬁsh", "café", "naïve",
    "ΣΟΦΟΣ", "ёлка", "حمار", "כלב", "हिन्दी", "क", "ก", "ควาย", "傻", "瓜", "が", "か", "ｶﾞｷ", "바보", "ᄇ",
    "ᅡ", "1", "88", "٣", "①", "ĳ", "ŧ", "ı", "ad", "dad", "ass", "see", "z", "i", "u", "r", "sd", "ㅋ", "ii", "bd",
    "хуй", "рот", "сор", "ас", "ѕ", "а", "т", "ΝΑΙ", "Μου", "þorn", "ʙᴀᴅ", "оօ", "ᎠᏚ", "ꓢ", "ട", "ه", "њ", "ʻ", "ы",
    "b4d", "a5s", "h4x0r", "69", "1l", "bill", "sadist", "daddies", "हिन्दीवाला", "сука", "傻b", "8à",
];

/// Parts of entries and messages that are not words.
#[rustfmt::skip]
const SYMBOLS: &[&str] = &[
    "!", "*", ".", "...", "…", "-", "_", "#", "$", "@", "'", "’", "\"", "(", ")", "/", "😡", "🖕🏽", "👨‍👩‍👧",
    "👩", "❤️", "🇩🇪", "🇪🇩", "1️⃣", "™", "°", "⑴", "℃", "\u{E000}", "\u{FFFD}", "🇩", "ⓓ", "ⓐ", "ⓢ", "²", "㎏", "⒜",
    "🇦🇩🇦", "½", "㋕", "㉠", "🅱", "🅰️", "🅢", "㏀", "㎌", "ﷺ", "|", "+", "€", "£", "%", "•", "！", "＄", "⁺", "‼", "**",
];

/// Separators of words.
#[rustfmt::skip]
const SEPARATORS: &[&str] = &[
    " ", " ", " ", "  ", "\t", "\n", "\r\n", "\u{2028}", "\u{A0}", "\u{3000}", ", ", "-", "'", "’", "' ",
    "........", ".........", "s ", "'s ", "l'", "qu’", "", "!", "!! ", " $", "*", "_", " + ", "*......",
    // Each folds to a space and a combining mark.
    "´", "¯",
];

/// Combining marks, and characters that are dropped.
#[rustfmt::skip]
const MARKS: &[&str] = &[
    "\u{301}", "\u{308}", "\u{323}", "\u{336}", "\u{20DD}", "\u{20E3}", "\u{345}", "\u{64E}", "\u{5B8}",
    "\u{93C}", "\u{93E}", "\u{94D}", "\u{E31}", "\u{E49}", "\u{3099}", "\u{FE0F}", "\u{200B}",
    "\u{200D}", "\u{AD}", "\u{34F}", "\u{202E}", "\u{640}", "\u{1F3FD}", "\u{301}\u{301}\u{301}\u{301}",
    "\u{E0061}", "\u{3164}",
];

/// What may be between two characters of a word.
const CUTS: &[&str] =
    &[" ", ".", "*", "1", "。", ", ", "! ", "!", "~-", "....", "！", "…", "٣", "\u{200B} ", "\n"];

/// What may belong to a word before or after it, in some languages.
const AFFIXES: &[&str] = &["", "은", "이라고", "들", "ال", "و", "ה", "כש", "ー", "a", "バ", "ば"];

/// Generates one of the strings above.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(WORDS),
        2 => select(SYMBOLS),
        3 => select(SEPARATORS),
        2 => select(MARKS),
    ]
    .prop_map(str::to_owned)
}

/// Generates a character that was assigned long ago.
fn character() -> impl Strategy<Value = char> {
    static ASSIGNED: LazyLock<Vec<char>> =
        LazyLock::new(|| reference::ASSIGNED_FOR_LONG.chars().collect());
    any::<Index>().prop_map(|index| *index.get(&ASSIGNED))
}

fn text() -> impl Strategy<Value = String> {
    let odd = prop::collection::vec(character(), 0..8).prop_map(String::from_iter);
    let text = prop::collection::vec(prop_oneof![6 => piece(), 1 => odd], 0..12);
    text.prop_map(|pieces| pieces.concat())
}

/// Generates the lines of a list, some of them invalid.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let word = prop_oneof![
        6 => select(WORDS).prop_map(str::to_owned),
        // Short words of few letters, which overlap.
        6 => "[adsi]{1,4}",
        3 => "[adsil]{4,6}",
        2 => "[adsil14@$!+]{2,5}".prop_map(|word| escape(&word)),
        1 => "[аосѕртadsi]{1,4}",
        1 => "[сбдзоеёяй0369]{2,4}".prop_map(|word| escape(&word)),
        1 => "[aoáàạäöåđıies]{2,4}",
        1 => "[씨발병신시바은이ㄹㅂㅏ]{1,3}",
        1 => "[傻逼操ばかバカキー]{1,3}",
        1 => "[ةهكکیىلاو]{2,4}",
        1 => "[זניןםהב]{2,4}",
        1 => "[कगनड\u{901}\u{902}\u{93C}\u{94D}ँ]{2,5}",
        1 => (select(WORDS), select(MARKS)).prop_map(|(a, b)| format!("{a}{b}")),
        1 => (select(WORDS), select(WORDS)).prop_map(|(a, b)| format!("{a}{b}")),
        1 => (select(WORDS), select(SYMBOLS)).prop_map(|(a, b)| format!("{a}{}", escape(b))),
        1 => (select(SYMBOLS), select(WORDS)).prop_map(|(a, b)| format!("{}{b}", escape(a))),
        1 => select(SYMBOLS).prop_map(escape),
    ];
    let words = prop::collection::vec(word, 1..4).prop_map(|words| words.join(" "));
    let start = prop_oneof![6 => Just(""), 2 => Just("*"), 2 => Just("! "), 1 => Just("! *")];
    let end = prop_oneof![6 => Just(""), 2 => Just("*"), 2 => Just("+")];
    let mark = prop_oneof![
        6 => Just(""),
        2 => Just(" @plain"),
        1 => Just(" @until 2026-06-30"),
        1 => Just(" @from 2026-07-01"),
    ];
    let line = (start, words, end, mark).prop_map(|(start, words, end, mark)| {
        // A leading wildcard is only valid on a single word.
        let start = if words.contains(' ') { start.trim_end_matches('*') } else { start };
        format!("{start}{words}{end}{mark}")
    });
    let lines = prop::collection::vec(line, 1..6);
    let around = select(&["! {}", "! {}*", "! {}+", "! bad {}", "! {} word", "! *{}"][..]);
    let language = select(&["ar", "de", "fa", "fi", "he", "ko", "sv", "tr", "vi"][..]);
    let language = prop::option::weighted(0.4, language);
    let parts = (lines, prop::option::of((any::<Index>(), around)), language);
    parts.prop_map(|(mut lines, exception, language)| {
        if let Some((index, around)) = exception {
            let entry = text_of(&lines[index.index(lines.len())]);
            lines.push(around.replace("{}", &escape(&entry).replace("\\ ", " ")));
        }
        if let Some(language) = language {
            lines.insert(0, format!("#! language: {language}"));
        }
        lines
    })
}

/// Returns the words of a line without wildcards and flags.
fn text_of(line: &str) -> String {
    let entry = line.split(" @").next().unwrap_or_default().replace(['\\', '!'], "");
    entry.trim().trim_start_matches('*').trim_end_matches(['*', '+']).to_owned()
}

fn escape(symbol: &str) -> String {
    symbol.chars().flat_map(|c| ['\\', c]).collect()
}

/// Generates a message of words of the lines, some obfuscated, and of other strings.
fn message(lines: &[String]) -> impl Strategy<Value = String> + use<> {
    let mut own: Vec<String> = Vec::new();
    for line in lines.iter().filter(|line| !line.starts_with("#!")) {
        let entry = text_of(line);
        own.extend(entry.split(' ').map(str::to_owned));
        own.extend([entry.clone(), entry]);
    }
    let own = prop_oneof![
        3 => select(own.clone()),
        1 => (select(own.clone()), any::<Index>(), select(MARKS)).prop_map(|(word, at, mark)| {
            let mut word: Vec<char> = word.chars().collect();
            let at = at.index(word.len() + 1);
            word.splice(at..at, mark.chars());
            word.into_iter().collect()
        }),
        1 => select(own.clone()).prop_map(|word| word.to_uppercase()),
        2 => (select(own.clone()), any::<Index>(), select(CUTS)).prop_map(|(word, at, cut)| {
            let mut word: Vec<char> = word.chars().collect();
            let at = at.index(word.len() + 1);
            word.splice(at..at, cut.chars());
            word.into_iter().collect()
        }),
        1 => (select(AFFIXES), select(own.clone()), select(AFFIXES))
            .prop_map(|(before, word, after)| format!("{before}{word}{after}")),
        1 => select(own.clone()).prop_map(|word| full_width(&word)),
        2 => (select(own.clone()), any::<Index>(), 1..4usize).prop_map(|(word, at, more)| {
            let mut word: Vec<char> = word.chars().collect();
            if !word.is_empty() {
                let at = at.index(word.len());
                word.splice(at..at, vec![word[at]; more]);
            }
            word.into_iter().collect()
        }),
        1 => (select(own.clone()), any::<Index>()).prop_map(|(word, at)| enclosed(&word, at)),
        3 => (select(own.clone()), any::<u32>()).prop_map(|(word, which)| alike(&word, which)),
        4 => (select(own.clone()), any::<u32>()).prop_map(|(word, which)| leet(&word, which)),
        3 => (select(own.clone()), any::<u32>()).prop_map(|(word, which)| hidden(&word, which)),
        1 => (select(own.clone()), any::<(u32, u32, u32)>()).prop_map(|(word, (a, b, c))| {
            hidden(&leet(&alike(&word, a), b), c)
        }),
        1 => (select(own.clone()), select(Language::ENGLISH.endings().collect::<Vec<_>>())).prop_map(|(word, ending)| word + ending),
        4 => spelled(own),
    ];
    let part = prop_oneof![4 => own, 3 => select(SEPARATORS).prop_map(str::to_owned), 1 => piece()];
    prop::collection::vec(part, 0..10).prop_map(|parts| parts.concat())
}

/// Generates words in spaced letters, some of which are repeated.
fn spelled(own: Vec<String>) -> impl Strategy<Value = String> {
    #[rustfmt::skip]
    const BETWEEN: &[&str] = &[
        " ", " ", " ", " ", " ", " ", " ", ".", "-", "*", "!", " $ ", "...", "’", "™", "²", "....", "\n", "",
    ];
    let filler = select(&["a", "i", "u", "r", "s", "ed", "z", ""][..]).prop_map(str::to_owned);
    let disguised = (select(own.clone()), any::<u32>());
    let disguised = disguised.prop_map(|(word, which)| leet(&word, which));
    let words = prop_oneof![3 => select(own), 1 => disguised, 1 => filler];
    let words = prop::collection::vec(words, 1..4);
    let often = prop::collection::vec(prop_oneof![8 => Just(1), 1 => Just(2), 1 => Just(3)], 1..12);
    let between = prop::collection::vec(select(BETWEEN), 1..3);
    (words, often, between).prop_map(|(words, often, between)| {
        let words = words.concat();
        let letters = words.graphemes(true).filter(|letter| !letter.trim().is_empty());
        let often = letters.zip(often.iter().cycle());
        let letters = often.flat_map(|(letter, &often)| std::iter::repeat_n(letter, often));
        let apart = letters.zip(between.iter().cycle());
        apart.flat_map(|(letter, &between)| [letter, between]).collect()
    })
}

/// Replaces letters from an index on with symbols.
fn enclosed(word: &str, at: Index) -> String {
    let at = at.index(word.len().max(1));
    let symbol = |base: char, c: char| {
        let letter = u32::from(c.to_ascii_lowercase()) - u32::from('a');
        char::from_u32(u32::from(base) + letter).unwrap_or(c)
    };
    let enclose = |(place, c): (usize, char)| match c {
        c if place < at || !c.is_ascii_alphabetic() => c,
        c if at.is_multiple_of(2) => symbol('ⓐ', c),
        c => symbol('🇦', c),
    };
    word.char_indices().map(enclose).collect()
}

/// Replaces some letters with confusables, selected by the bits of `which`.
fn alike(word: &str, which: u32) -> String {
    #[rustfmt::skip]
    const ALIKE: &[&str] = &[
        "aаαɑᴀ", "bьβʙвⲃ", "cсᴄ", "dԁᎠᴅ", "eеε", "iіιıɪ", "nпηɴΝ", "oоοօס", "pрρþ", "rгяʀ", "sѕꜱᏚട", "tтτ", "uυս",
        "wшա", "xхχ", "yуγ", "AАΑ", "BВΒ", "NΝИ", "HНΗ", "MМΜ", "SЅꓢ", "lӏוا",
    ];
    let shift = |number: usize| which.rotate_right(3 * number as u32) as usize % 8;
    let change = |(number, c): (usize, char)| {
        let row = ALIKE.iter().find(|row| row.contains(c)).filter(|_| shift(number) < 5);
        row.map_or(c, |row| row.chars().cycle().nth(shift(number)).unwrap_or(c))
    };
    word.chars().enumerate().map(change).collect()
}

/// Replaces some letters and leet characters with those of the same class, selected by the bits of `which`.
fn leet(word: &str, which: u32) -> String {
    const ALIKE: &[&str] =
        &["o0", "i1!|", "l1|£!", "e3€", "a4@", "s5$", "g69", "t7+", "b8", "11il!"];
    let shift = |number: usize| which.rotate_right(3 * number as u32) as usize % 8;
    let change = |(number, c): (usize, char)| {
        let lower = c.to_ascii_lowercase();
        let row = ALIKE.iter().find(|row| row.contains(lower)).filter(|_| shift(number) < 5);
        row.map_or(c, |row| row.chars().cycle().nth(shift(number)).unwrap_or(c))
    };
    word.chars().enumerate().map(change).collect()
}

/// Replaces some letters with hiding symbols, selected by the bits of `which`.
fn hidden(word: &str, which: u32) -> String {
    const SYMBOLS: [char; 8] = ['*', '*', '*', '#', '_', '%', '•', '＊'];
    let hide = |(number, c): (usize, char)| {
        let bits = which.rotate_right(3 * number as u32) as usize;
        // The same symbol in most words, several in others.
        let symbol =
            SYMBOLS[if which.is_multiple_of(4) { bits / 8 % 8 } else { which as usize / 8 % 8 }];
        if bits.is_multiple_of(3) { symbol } else { c }
    };
    word.chars().enumerate().map(hide).collect()
}

fn full_width(word: &str) -> String {
    let wide = |c: char| match c {
        '!'..='~' => char::from_u32(u32::from(c) - 0x21 + 0xFF01).unwrap_or(c),
        c => c,
    };
    word.chars().map(wide).collect()
}

fn lines_and_message() -> impl Strategy<Value = (Vec<String>, String)> {
    lines().prop_flat_map(|lines| {
        let message = message(&lines);
        (Just(lines), message)
    })
}

/// Generates rules with and without disguises that may share lists, exceptions to all lists, and a message.
pub(crate) fn setup_and_message() -> impl Strategy<Value = (Setup, String)> {
    let disguises = prop_oneof![3 => Just(Disguises::Standard), 1 => Just(Disguises::None)];
    let rule = (disguises, prop::collection::btree_set(0..2usize, 1..3));
    let lists = prop::collection::vec(lines(), 3);
    let allowed = prop_oneof![5 => Just(None), 4 => Just(Some(2)), 1 => Just(Some(1))];
    let setup = (lists, prop::collection::vec(rule, 1..4), allowed);
    setup.prop_flat_map(|(lists, rules, allowed)| {
        let message = message(&lists.concat());
        let rules = rules.into_iter();
        let rules = rules.map(|(disguises, lists)| (disguises, lists.into_iter().collect()));
        let setup = Setup { rules: rules.collect(), lists, allowed, ..Setup::default() };
        (Just(setup), message)
    })
}

fn on_graphemes(text: &str, span: Span) -> bool {
    let boundary =
        |at| at == text.len() || text.grapheme_indices(true).any(|(start, _)| start == at);
    span.start < span.end && boundary(span.start) && boundary(span.end)
}

/// Returns a configuration with `1 / part` of the usual number of cases.
pub(crate) fn config(part: u32) -> ProptestConfig {
    let default = ProptestConfig::default();
    // A failing case belongs in `tests/data/matching`, so it is not persisted.
    ProptestConfig { cases: (default.cases / part).max(1), failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(config(1))]

    #[test]
    fn engine_and_reference_agree((setup, message) in setup_and_message()) {
        let (engine, _) = setup.engine();
        if let Some(difference) = difference(&engine, &message, Some(DAY)) {
            prop_assert!(false, "{difference}");
        }
    }

    #[test]
    fn substring_entries_agree_with_aho_corasick(
        parts in prop::collection::btree_set("[abil1]{2,5}", 1..30),
        message in "[abil1 ]{0,60}",
    ) {
        let terms: Vec<String> = parts.iter().map(|part| format!("\"*{part}*\"")).collect();
        let terms = terms.join(", ");
        let engine = engine_of(format!(
            "version = 1\n[[rule]]\nid = \"a\"\nterms = [{terms}]\naction = \"deny\"\ndisguises = \"none\""
        ));
        let found = engine.find(&message, None, &mut Scratch::default());
        let spans: Vec<_> = found.iter().map(|hit| (hit.span.start, hit.span.end)).collect();
        let automaton = AhoCorasick::new(&parts).expect("a few words");
        let mut expected: Vec<_> =
            automaton.find_overlapping_iter(&message).map(|it| (it.start(), it.end())).collect();
        expected.sort_unstable();
        prop_assert_eq!(spans, expected);
    }

    #[test]
    fn matches_are_whole_graphemes(
        (lines, message) in lines_and_message(),
        pattern in select(&["👩", r"\w", r"[a-e]+", r"\p{M}", ".", r"\W{2}"][..]),
    ) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (engine, _) = engine(&lines, &[pattern]);
        for found in engine.find(&message, None, &mut Scratch::default()) {
            prop_assert!(on_graphemes(&message, found.span), "{message:?} {:?}", found.span);
        }
    }

    #[test]
    fn fold_agrees_with_the_reference(
        text in text(),
        plain: bool,
        words: bool,
        mode in select(&[SymbolMode::Entry, SymbolMode::Letters, SymbolMode::Boundaries][..]),
    ) {
        let disguises = if plain { Disguises::None } else { Disguises::Standard };
        let layout = if words { Layout::Tokenized } else { Layout::Verbatim };
        let mode = if words { mode } else { SymbolMode::Letters };
        let form = Form { disguises, layout };
        prop_assert_eq!(folded(&text, form, mode), reference::folded(&text, form, mode));
    }

    #[test]
    fn fold_is_idempotent(text in text(), plain: bool, words: bool) {
        let disguises = if plain { Disguises::None } else { Disguises::Standard };
        let layout = if words { Layout::Tokenized } else { Layout::Verbatim };
        let form = Form { disguises, layout };
        let once = folded(&text, form, SymbolMode::Letters);
        // Control characters of a message are dropped, so separators are folded again as spaces.
        let is_separator = |c| ('\u{1}'..='\u{8}').contains(&c) || ('\u{11}'..='\u{19}').contains(&c);
        let spaced = |text: String| text.replace(is_separator, " ").replace('\r', "\n");
        let twice = folded(&spaced(once.clone()), form, SymbolMode::Letters);
        prop_assert_eq!(spaced(twice), spaced(once));
    }

    #[test]
    fn surrounding_words_change_no_verdict(
        (lines, message) in lines_and_message(),
        before in select(&["", "hmm ", "hmm, hmm "][..]),
        after in select(&["", " hmm", " hmm?"][..]),
    ) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (engine, _) = engine(&lines, &[]);
        let is_hit = |text: &str| !engine.find(text, Some(DAY), &mut Scratch::default()).is_empty();
        let around = format!("{before}{message}{after}");
        prop_assert_eq!(is_hit(&message), is_hit(&around), "{:?} {:?}", lines, around);
    }

    #[test]
    fn arbitrary_rule_files_do_not_panic(
        manifest in prop_oneof![1 => bytes(), 4 => fragments(MANIFEST)],
        list in prop_oneof![1 => bytes(), 4 => fragments(LIST)],
    ) {
        let mut sources = Sources::new("rules/");
        sources.push(Source { path: "rules.toml".into(), content: Ok(manifest) });
        sources.push(Source { path: "lists/a.txt".into(), content: Ok(list) });
        sources.push(Source { path: "lists/b.txt".into(), content: Err("is gone".into()) });
        let parsed = rules::parse(&sources);
        let (engine, mut problems) = Engine::compile(parsed.rules);
        problems.extend(parsed.diagnostics);
        problems.extend(check(&engine, &sources));
        for problem in &problems {
            assert_location(problem, &sources)?;
        }
    }

    #[test]
    fn arbitrary_events_do_not_panic(
        json in prop_oneof![
            1 => bytes(),
            2 => fragments(EVENT),
            2 => (any::<Index>(), any::<Index>(), bytes()).prop_map(|(start, end, middle)| {
                let event = include_bytes!("../data/events/documented-example.request.json");
                let (start, end) = (start.index(event.len()), end.index(event.len()));
                [&event[..start.min(end)], &middle, &event[start.max(end)..]].concat()
            }),
        ],
    ) {
        match ReviewRequest::from_json(&json) {
            Err(error) => prop_assert!(["$", "$.Content"].contains(&error.path())),
            Ok(request) => {
                let content = request.content.to_string();
                let (engine, _) = engine(&["bad"], &[]);
                let review = Reviewer::new(&engine).review(&request, DAY);
                let reply = review.into_response(&engine, request).to_json();
                assert_valid(&reply, &content, MAX_MESSAGE_LENGTH)?;
            }
        }
    }

    #[test]
    fn replies_are_valid_and_stable(
        (manifest, longest) in manifest(),
        messages in prop::collection::vec(rewritable(), 1..4),
    ) {
        let engine = engine_of(manifest);
        let mut reviewer = Reviewer::new(&engine);
        for message in &messages {
            let reply = reply(&mut reviewer, message);
            let content = assert_valid(&reply, message, longest)?;
            prop_assert_eq!(&reply, &self::reply(&mut reviewer, message));
            prop_assert_eq!(&reply, &self::reply(&mut Reviewer::new(&engine), message));
            // A denial returns the content unchanged, so this also applies to denied messages.
            prop_assert_eq!(&reply, &self::reply(&mut reviewer, &content), "of {:?}", message);
        }
    }
}

/// Valid and invalid parts of `rules.toml`.
#[rustfmt::skip]
const MANIFEST: &[&str] = &[
    "version = 1\n", "version = 1\n", "version = 1\n", "version = 2\n", "[settings]\n",
    "max_message_length = 200\n", "max_message_length = 0\n", "max_message_length = \"x\"\n",
    "[[rule]]\n", "[[rule]]\n", "[[rule]]\n", "[rule]\n", "id = \"one\"\n", "id = \"two\"\n", "id = 1\n",
    "category = \"c\"\n", "lists = [\"lists/a.txt\"]\n", "lists = [\"lists/b.txt\", \"../x.txt\", 3]\n",
    "lists = \"lists/a.txt\"\n", "terms = [\"bad\", \"b*d\", \"> ok: x\", \"\"]\n",
    "patterns = ['b(a)d', '(', 'x*', '(?<n>\\w)']\n", "patterns = [\"\\u0028é\", \"\\\\p{L}{9999}\"]\n",
    "action = \"mask\"\n", "action = \"deny\"\n", "action = \"replace\"\n", "action = \"msak\"\n",
    "reason = \"bad\"\n", "reason = \"\"\n", "mask = \"fixed\"\n", "mask = \"fix\"\n", "with = \"$1 bad\"\n",
    "with = \"${n}\"\n", "with = \"$\"\n", "samples = { caught = [\"bad\", \"x\"], ok = [\"bad\"] }\n",
    "[[exempt]]\n", "[[exempt]]\n", "[exempt]\n", "[settings.rooms]\n", "\"AbC*\" = 100\n", "\"\" = 1\n",
    "exceptions = [\"lists/a.txt\"]\n", "exceptions = [\"lists/b.txt\", 1]\n", "sender = { role = [\"x\"] }\n",
    "sender = {}\n", "user_ids = [\"u\"]\n", "user_ids = []\n", "unless = { role = [\"é\"] }\n", "unless = { role = [] }\n",
    "unless = { role = 1 }\n", "action = \"tag\"\n", "tag = { a = \"bad\" }\n", "tag = {}\n", "tag = { a = 1 }\n",
    "mask = \"first-last\"\n", "mask = \"block\"\n", "fields = [\"content\", \"content\"]\n",
    "fields = [\"attributes.*\", \"sender.x\"]\n", "fields = [\"é.\", \"\"]\n", "rooms = [\"*\", \"a/b\"]\n", "rooms = []\n",
    "mode = \"shadow\"\n", "mode = \"of\"\n", "disguises = \"none\"\n", "from = 2026-12-01\n", "until = 2026-11-30\n",
    "until = \"2026\"\n", "links = {}\n", "limit = 1\n",
    "links = { deny = [\"*\", \"a.b\", \"é\"] }\n", "links = { allow = [\"*.example.com\"], deny = [] }\n",
    "limit = { capitals = 0.7, min_letters = 0 }\n", "limit = { repeats = 1, emoji = 0, links = 501 }\n",
    "limit = { capitals = 1.5e3 }\n", "detect = [\"email\", \"ip\"]\n", "detect = [\"fone\", 1]\n",
    "[categories]\n", "c = \"off\"\n", "c = \"of\"\n", "c = false\n", "[[room]]\n", "[room]\n", "[[rooms]]\n",
    "categories = { c = \"on\", d = \"shadow\" }\n", "rules = { one = \"off\", three = \"on\" }\n", "rules = 1\n",
    "rollout = 10\n", "rollout = 100\n", "rollout = 1.5\n", "rollout_by = \"room\"\n", "rollout_by = \"é\"\n",
    "samples = { cought = [] }\n", "colour = \"é\"\n", "# comment é\r\n", "\r\n", "\u{FEFF}", "é", "\"", "'''", "[", "=",
];

/// Valid and invalid parts of a list.
#[rustfmt::skip]
const LIST: &[&str] = &[
    "bad", "word", "*", "+", "!", "! ", " ", " ", "\n", "\n", "\n", "\r\n", "\\", "#", " # ", "@plain", " @until ",
    " @from ", "2026-12-31", "2026-02-30", "@", "@foo", "> ", ">", "caught:", "> ok: ", "> ok: bad\n", "\u{FEFF}",
    "\u{200B}", "\u{301}", "é", "傻", "😡", "\0", "\u{2028}", "\t", "ﷺ", "´",
];

/// Valid and invalid parts of an event.
#[rustfmt::skip]
const EVENT: &[&str] = &[
    "{", "{", "}", "}", "[", "]", ",", ",", ":", ":", "\"Content\":", "\"Content\":", "\"bad\"", "\"x\"", "\"", "\\",
    "\\u00e9", "\\ud800", "null", "1", "-", "1e999", "true", "\"Attributes\":", "{}", "\"Sender\":", "\"MessageId\":",
    "\"RoomArn\":", "\"UserId\":", "{\"bad\":\"bad\"}", "{\"a\":\"x\",\"a\":1}", " ", "\n", "é", "\u{FEFF}", "\0",
];

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..64)
}

/// Generates a sequence of parts, with occasional random bytes.
fn fragments(parts: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        40 => select(parts).prop_map(|part| part.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

fn assert_location(problem: &Diagnostic, sources: &Sources) -> Result<(), TestCaseError> {
    let related = problem.related.iter().map(|(location, _)| *location);
    for location in problem.location.into_iter().chain(related) {
        let length = sources.get(location.source).content.as_ref().map_or(0, Vec::len);
        prop_assert!(location.span.end <= length, "{problem:?} in a file of {length} bytes");
        let position = sources.position(location.source, location.span.start);
        prop_assert!(position.line >= 1 && position.column >= 1);
    }
    prop_assert!(!problem.message.is_empty(), "{problem:?}");
    Ok(())
}

/// Generates rules with all actions, and the maximum length of a rewrite.
fn manifest() -> impl Strategy<Value = (String, usize)> {
    #[rustfmt::skip]
    const TERMS: &[&str] = &[
        "bad", "word*", "*xx*", "bad word", "! bad luck", "😡", "か", "s", "z", "ad", "bd+", "! b a d", "xyz",
        "bad @plain", "🇦🇩", "!\\!",
    ];
    const ACTIONS: &[&str] = &[
        "action = \"deny\"",
        "action = \"deny\"\nreason = \"Please \\\"be\\\" kind 😡\"",
        "action = \"mask\"",
        "action = \"mask\"",
        "action = \"mask\"\nmask = \"fixed\"",
    ];
    let terms = prop::collection::vec(select(TERMS), 1..4);
    let patterns = prop::collection::vec(select(PATTERNS), 1..3);
    let keys = prop_oneof![
        2 => terms.prop_map(|terms| (format!("terms = {terms:?}"), false)),
        3 => patterns.prop_map(|patterns| {
            let patterns: Vec<String> = patterns.iter().map(|it| format!("'{it}'")).collect();
            (format!("patterns = [{}]", patterns.join(", ")), true)
        }),
        2 => select(KINDS).prop_map(|kind| (kind.to_owned(), false)),
        1 => select(LIMITS).prop_map(|limit| (limit.to_owned(), false)),
    ];
    let action = prop_oneof![
        1 => select(ACTIONS).prop_map(str::to_owned),
        1 => select(REPLACEMENTS)
            .prop_map(|with| format!("action = \"replace\"\nwith = \"{with}\"")),
    ];
    let rules = prop::collection::vec((keys, action), 1..4);
    (rules, select(&[1, 10, 40, 500][..])).prop_map(|(rules, longest)| {
        let mut text = format!("version = 1\n[settings]\nmax_message_length = {longest}\n");
        for (number, ((keys, has_groups), action)) in rules.into_iter().enumerate() {
            // Only replacements of patterns can refer to groups.
            let action = if has_groups { action } else { action.replace("$1", "$") };
            // Limits cannot be rewritten.
            let is_limit = LIMITS.contains(&keys.as_str());
            let action = if is_limit { "action = \"deny\"".to_owned() } else { action };
            text.push_str(&format!("[[rule]]\nid = \"r{number}\"\n{keys}\n{action}\n"));
        }
        (text, longest)
    })
}

/// Patterns with a group.
#[rustfmt::skip]
pub(crate) const PATTERNS: &[&str] = &[
    r"b(a)d", r"(\w+) word", r"(\s)", r"(\s+)$", r"(👩)", r"(.)x", r"(b?)ad?", r"(é|e)", r"(x)|y", r"(\W)\W",
];

/// Keys of rules for links and personal data.
#[rustfmt::skip]
pub(crate) const KINDS: &[&str] = &[
    "links = { deny = [\"*\"] }", "links = { allow = [\"example.com\"] }", "links = { deny = [\"*.b.com\", \"b.com\"] }",
    "detect = [\"email\"]", "detect = [\"phone\", \"card\"]", "detect = [\"ip\", \"email\", \"phone\", \"card\"]",
];

#[rustfmt::skip]
pub(crate) const LIMITS: &[&str] = &[
    "limit = { capitals = 0.5, min_letters = 2 }", "limit = { repeats = 2, stacked_marks = 1 }", "limit = { emoji = 1 }",
    "limit = { links = 0, mentions = 1 }", "limit = { lines = 2, length = 20 }",
];

#[rustfmt::skip]
pub(crate) const REPLACEMENTS: &[&str] = &[
    "", " ", "\\u200B", "[removed]", "bad", "x", "$1", "$1$1", "$1 $1", "😡", "b", "ad word", "***", "é$$",
    "a replacement that is longer than most messages are",
];

/// Generates a message of strings that these rules rewrite.
pub(crate) fn rewritable() -> impl Strategy<Value = String> {
    #[rustfmt::skip]
    const PIECES: &[&str] = &[
        "bad", "b", "ad", "word", "x", "y", "s", " ", " ", " ", "  ", "\n", "😡", "か", "👨‍👩‍👧", "👩", "e\u{301}", "é",
        "\u{301}", "\u{200B}", "*", "**", "!", "bad luck", "good", "\"", "\\", "\u{1F}", "ﬁ", "b a d", "b ", "a ", "d ",
        "z ", "a", "d", "z", "ⓑ", "ⓩ", "™", "🇦", "🇩", "s ", "x y z", "baad", ".",
        "a@b.com", "@x", "https://", "example.com/", "b[.]com", ".b.com", "203.0.113.7", "2001:db8::1", "+1 202 555 0123",
        "(202) 555-0123", "4111 1111 1111 1111", "４１１１-1111-1111-1111", "１", "BAD", "Ａ", "1", ":", "@",
    ];
    prop::collection::vec(select(PIECES), 0..14).prop_map(|pieces| pieces.concat())
}

pub(crate) fn engine_of(manifest: String) -> Engine {
    // A generated rule may only have exceptions.
    engine_without(manifest, &[Code::EmptyRule])
}

/// Like [`engine_of`], for switches that may name categories of no rule.
pub(crate) fn engine_with_unused_switches(manifest: String) -> Engine {
    engine_without(manifest, &[Code::EmptyRule, Code::UnusedSwitch])
}

fn engine_without(manifest: String, ignored: &[Code]) -> Engine {
    let mut sources = Sources::default();
    let content = Ok(manifest.clone().into_bytes());
    sources.push(Source { path: "rules.toml".into(), content });
    let parsed = rules::parse(&sources);
    let (engine, problems) = Engine::compile(parsed.rules);
    let reported: Vec<_> =
        parsed.diagnostics.into_iter().filter(|it| !ignored.contains(&it.code)).collect();
    assert_eq!((reported, problems), (Vec::new(), Vec::new()), "{manifest}");
    engine
}

#[test]
fn a_search_for_hidden_letters_is_cut_and_reported() {
    // `a` followed by all words of eight letters `a` and `b`: each symbol may be either letter.
    let word = |number: u32| (0..8).map(|bit| ['a', 'b'][(number >> bit & 1) as usize]).collect();
    let words: Vec<String> =
        (0..256).map(word).map(|word: String| format!("a{word}cdcdcd")).collect();
    let lines: Vec<&str> = words.iter().map(String::as_str).collect();
    let (engine, _) = engine(&lines, &[]);
    let mut scratch = Scratch::default();
    let mut find = |content: &str| {
        let found = engine.find(content, None, &mut scratch).len();
        (found, scratch.is_cut())
    };
    assert_eq!(find("aabababab*d*d*d"), (1, false));
    let storm = "a*a*b*a*b".to_owned() + &" a****aaaacdcd".repeat(49);
    let (found, cut) = find(&storm);
    assert!(cut && found == 0, "{found}");
}

/// In a run of characters that may be the same letter, an entry can be read in millions of ways, or from each position
/// to the end.
#[test]
fn a_search_of_repeated_characters_is_cut_and_reported() {
    let entries = ["kkkk", "! good", "il", "*il", "ill+", "ss+", "i x", "aa+", "x 😡", "good word"];
    let (engine, _) = engine(&entries, &[]);
    let mut scratch = Scratch::default();
    for row in ["k", "i!", "!", "||!", "4@", "$", "l!1", "🇦", "ⓐ", "l! ", "ﷺ😡"] {
        let storm = row.repeat(2_000);
        let found = engine.find(&format!("{storm} good word"), None, &mut scratch);
        assert!(found.len() <= storm.len(), "{row}: {}", found.len());
        let last = found.last().map(|hit| hit.span);
        assert_eq!(last, Some(Span::new(storm.len() + 1, storm.len() + 10)), "{row}");
    }
    engine.find(&"i!".repeat(2_000), None, &mut scratch);
    assert!(scratch.is_cut());
    engine.find("kill", None, &mut scratch);
    assert!(!scratch.is_cut());
}

/// Words of the list in any case and with English endings are found in messages that exhaust the budget.
#[test]
fn plain_words_are_found_in_cut_searches() {
    let entries = ["badword+", "vile phrase", "i x", "ill+", "lil", "kkkk", "*silly*", "aa+"];
    let (engine, _) = engine(&entries, &[]);
    let mut scratch = Scratch::default();
    let mut cut = 0;
    for row in ["i!", "1 l ! ", "!i! ", "k*", "l*£*", "4@", "i!i ", "!a!a ", "a@*"] {
        for word in [
            "badword",
            "BadWords",
            "BADWORDED",
            "Vile, Phrase",
            "ＢＡＤＷＯＲＤＩＮＧ",
            "sosillyso",
        ] {
            let storm = row.repeat(240);
            for message in [
                format!("{storm} {word}"),
                format!("{word} {storm}"),
                format!("{storm}\n{word} {storm}"),
            ] {
                let found = engine.find(&message, None, &mut scratch);
                cut += usize::from(scratch.is_cut());
                let start = message.find(word).expect("the message contains it");
                let whole = Span::new(start, start + word.len());
                assert!(found.iter().any(|it| it.span.overlaps(whole)), "{row:?}, {word}");
            }
        }
    }
    assert!(cut > 50, "{cut}");
}

fn reply(reviewer: &mut Reviewer<'_>, content: &str) -> Vec<u8> {
    let request = ReviewRequest::new(content);
    let review = reviewer.review(&request, DAY);
    review.into_response(reviewer.engine(), request).to_json()
}

/// Asserts that a reply is valid by the service's documentation, and returns its content.
fn assert_valid(reply: &[u8], original: &str, longest: usize) -> Result<String, TestCaseError> {
    let reply: serde_json::Value = serde_json::from_slice(reply).expect("JSON");
    let reply = reply.as_object().expect("an object");
    let known = ["ReviewResult", "Content", "Attributes"];
    prop_assert!(reply.keys().all(|key| known.contains(&key.as_str())));
    let content = reply["Content"].as_str().expect("a text");
    match reply["ReviewResult"].as_str() {
        Some("ALLOW") if content == original => prop_assert!(!reply.contains_key("Attributes")),
        Some("ALLOW") => {
            let length = content.chars().count();
            // The rewrite must be visible unless the original was not.
            let is_visible =
                |text: &str| text.chars().any(|c| !c.is_whitespace() && c != '\u{200B}');
            prop_assert!(
                length >= 1 && (is_visible(content) || !is_visible(original)),
                "nothing visible is left of {original:?}"
            );
            prop_assert!(
                length <= longest.max(original.chars().count()),
                "{length} of {original:?}"
            );
            prop_assert!(!reply.contains_key("Attributes"));
        }
        Some("DENY") => prop_assert_eq!(content, original),
        _ => prop_assert!(false, "invalid result {:?}", reply["ReviewResult"]),
    }
    if let Some(attributes) = reply.get("Attributes") {
        prop_assert!(attributes.to_string().len() <= 1000);
        let attributes = attributes.as_object().expect("an object");
        prop_assert!(attributes.values().all(serde_json::Value::is_string));
    }
    Ok(content.to_owned())
}

fn folded(text: &str, form: Form, mode: SymbolMode) -> String {
    let mut buffer = Folded::default();
    Normalized::new(text, form, mode, &mut buffer).text().to_owned()
}

#[test]
fn fold_agrees_with_the_reference_for_each_character() {
    let mut failures = Vec::new();
    // Ideographs, syllables and historic scripts are numerous and similar, so a sample is enough.
    let is_sampled =
        |c| matches!(c, '\u{3400}'..='\u{D7FF}' | '\u{10000}'..='\u{1CFFF}' | '\u{20000}'..);
    let is_tested = |&c: &char| !is_sampled(c) || u32::from(c) % 16 == 0;
    for c in reference::ASSIGNED_FOR_LONG.chars().filter(is_tested) {
        let text = format!("x{c}x");
        for (disguises, layout, mode) in [
            (Disguises::None, Layout::Verbatim, SymbolMode::Letters),
            (Disguises::Standard, Layout::Verbatim, SymbolMode::Letters),
            (Disguises::Standard, Layout::Tokenized, SymbolMode::Letters),
            (Disguises::Standard, Layout::Tokenized, SymbolMode::Boundaries),
        ] {
            let form = Form { disguises, layout };
            let (found, expected) =
                (folded(&text, form, mode), reference::folded(&text, form, mode));
            if found != expected {
                failures.push(format!("U+{:04X}: {found:?}, not {expected:?}", u32::from(c)));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
