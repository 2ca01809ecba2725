//! Text around terms and near misses.

use fastrand::Rng;

use super::techniques::Around;
use super::typed::choose;

/// Text before and after a word.
type Frame = (&'static str, &'static str);

/// Whitespace, brackets, quotes and other characters that are never part of an obfuscated word.
#[rustfmt::skip]
const SPACES: &[Frame] = &[
    ("", ""), ("you are such a ", ""), ("what a ", "."), ("", ", really?"), ("ok but why would you say ", " on stream"),
    ("lol ", " lmao"), ("he said \"", "\" twice"), ("(", ")"), ("nobody asked, ", ". next"), ("gg wp\n", "\nsee you"),
    ("¿por qué dices ", "? ¡qué día!"), ("das ist für mich ", ", schön"), ("ça c’est « ", " » déjà"), ("😂😂 ", " 😂"),
    ("in 2024 we had 12.50 for ", " and 3x more"), ("“", "”"),
];

const APOSTROPHES: &[Frame] = &[
    ("that ", "'s not nice"),
    ("this ", "’s mine"),
    ("c'est l'", " ça"),
    ("d’", ", non"),
    ("the ", "'ll learn"),
    ("dell'", ", no"),
    ("jusqu’", ""),
];

/// Digits and pairs of x.
#[rustfmt::skip]
const DECORATIONS: &[Frame] = &[
    ("", "1"), ("you ", "123 lol"), ("1", ""), ("so 69", "69"), ("", "420!"), ("hey ", "2, no"), ("xX", "Xx"), ("XX", "XX"),
    ("xx", "xxx ok"), ("it's xXx", "xXx"),
];

/// A right-to-left override, with and without its end.
const OVERRIDES: &[Frame] = &[
    ("\u{202E}", "\u{202C}"),
    ("you are such a \u{202E}", "\u{202C} lol"),
    ("what a \u{202E}", "\nok"),
    ("no, \u{202E}.", ""),
];

#[rustfmt::skip]
const SYMBOLS: &[Frame] = &[
    ("", "!!!"), ("what?! ", "!"), ("**", "**"), ("_", "_ ok"), ("~~", "~~"), ("#", ""), ("hey @", " come here"),
    ("no/", "/yes"), ("…", "…"), ("-", "-"),
];

/// Other words of a hashtag.
const HASHTAGS: &[Frame] = &[("#Such", ""), ("so #", "Today"), ("#Please", "Now ok"), ("#", "")];

/// Words in other scripts, some of them written without spaces.
#[rustfmt::skip]
const SCRIPTS: &[Frame] = &[
    ("ты просто ", " и всё"), ("είσαι ", " ρε"), ("これは", "です"), ("你是", "吗"), ("أنت ", " يا صديقي"),
    ("तुम ", " हो"), ("너는 ", " 이야"), ("คุณเป็น", "ครับ"),
];

/// Returns text around a word.
pub(crate) fn frame(rng: &mut Rng, around: Around) -> Frame {
    if around.hashtag {
        return choose(rng, HASHTAGS);
    }
    let kinds = [
        (around.spaces, SPACES),
        (around.spaces, SPACES),
        (around.decorations, DECORATIONS),
        (around.overrides, OVERRIDES),
        (around.apostrophes, APOSTROPHES),
        (around.symbols, SYMBOLS),
        (around.scripts, SCRIPTS),
    ];
    let kinds: Vec<&[Frame]> = kinds.into_iter().filter(|it| it.0).map(|it| it.1).collect();
    let kind = choose(rng, &kinds);
    choose(rng, kind)
}
