//! Common words that look like another word, obfuscated: [`is_harmless_word`].
//!
//! An accent, a doubled letter and two swapped letters are disguises, but they also make other words:
//! Spanish *año* and `ano`, French *baisse* and `baise`, German *schießen* and `scheißen`. An entry
//! does not match such a word unless it is the word itself.
//!
//! Example: with the entry `hardon`, the word *hadron* is left alone, and `hrad0n` is not. The entry
//! `hadron` matches *hadron*.

use unicode_normalization::UnicodeNormalization;

use super::Language;
use super::table::Table;

/// The length of the longest of these words, in bytes.
pub const LONGEST_HARMLESS: usize = 20;

/// Words that occur at least once in a million words of their language ([wordfreq]), and that entries
/// of public word lists (LDNOOBW and others) only match as obfuscated. Not those that are the same
/// word without its accents or with an ending. In lower case and NFC; each word once, in one of its
/// languages.
///
/// [wordfreq]: https://pypi.org/project/wordfreq/
const TEXT: &str = "\
ca allà caça caçar dèbil dèbils pensis retrat retrats tànger
cs hoře hořký hoří háji kočky míčky příčin příčky slávě těšte čočky špičky
da bagning bønner drukner dømme dømmes flammer hanner høre hører høres kunster løser trøster
de blasse blassen blasser bürste bürsten grösser größer höre hören kräuter kümmer schiesse schiessen schieße schießen schwül schwüle schwülen schwüler
en assess assesses bonner bonners carbon coolly fletcher fletchers hadron hadrons jasper pollack pollacks rapped rapper rappers rapping shiite shiites trade traded trader traders trades trading
es allá armó año años campaña campañas carbón caña cañas cañón colón débil débiles gorras marcia molestó prever queres querés tánger uña uñas
fi bluesin enemmä hammas jeesus saatan sataan
fr abusé baisse baissent baisser baisses baissez baissé baissée baissées bulles crises démontre démontrent démontré flèches génies hymnes orages piqûre piqûres testé testée testés torturé torturés virage virages
ga cùm fàg fàgail
he ומתחת להזין מזין מתחת שמתחת
hu fráter kémény köröm mellék szár teát állás
id fattah keladi meniup
is bíl gróið kýs títt
it annali bellini bellino bocche corregge marrone marroni multato reggina
lt būgnas lėšos lėšų pušys pėdos
lv gēni naži puķe puķes slavē
mk спрема спремаат спремам јар
nl ballen bossche johnny karper losser maatje maatjes negeer negeert staand testte zieken zieker
no døpe grøsser knuter spådde sulter tråder
pl babę góra góry górą nudę pochód spać sukces sukcesy
pt arranha lesões mamã perú
ro guineea orgă previn sperăm țânțar
sk horná horné horného horný horí hôrky príčin pánty sláve
sl peš pištol prič čipa špik
sr sprema spremam
sv böner göra göras löser morron skänk skänker skånsk skånska släpper trotts träder tång
tr boğan mehter sıkkın sıkı sıkın sıkıntı şehitler şike
vi bóng bông bùng bỗng bụng cúm cụm dòng mông mỏng mộng thốt thớt tít tăng tảng tầng tặng đong đóng đông
";

/// [`TEXT`] by language.
static WORDS: Table = Table::new(TEXT);

/// A Bloom filter of [`WORDS`], which rejects most others.
static FILTER: [u64; BITS / 64] = {
    let (text, mut filter) = (TEXT.as_bytes(), [0; BITS / 64]);
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        if matches!(text[at], b' ' | b'\n') {
            let bit = bit(text[start], text[at - 1], at - start);
            filter[bit / 64] |= 1 << (bit % 64);
            start = at + 1;
        }
        at += 1;
    }
    filter
};

/// The number of bits of [`FILTER`].
const BITS: usize = 4096;

/// Returns the bit of a word with these bytes at its ends.
const fn bit(first: u8, last: u8, length: usize) -> usize {
    (first as usize * 331 + last as usize * 17 + length * 1009) % BITS
}

/// Whether a word of a message is a common one of some language that looks like another one,
/// obfuscated. An entry without a `*` at its beginning matches it only as it is written.
pub fn is_harmless_word(word: &str) -> bool {
    if word.len() > LONGEST_HARMLESS {
        return false;
    }
    let word: String = match word.is_ascii() {
        true => word.to_ascii_lowercase(),
        false => word.to_lowercase().nfc().collect(),
    };
    let [first, .., last] = *word.as_bytes() else { return false };
    let bit = bit(first, last, word.len());
    if FILTER[bit / 64] >> (bit % 64) & 1 == 0 {
        return false;
    }
    Language::all().any(|language| WORDS.of(language.index()).any(|it| it == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_normalized_and_sorted() {
        let mut all: Vec<&str> = Vec::new();
        for language in Language::all() {
            let words: Vec<&str> = WORDS.of(language.index()).collect();
            assert!(words.is_sorted_by(|a, b| a < b), "{language}");
            assert!(
                words.iter().all(|it| it.len() <= LONGEST_HARMLESS && is_harmless_word(it)),
                "{words:?}"
            );
            all.extend(words);
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn words_are_found_in_any_form() {
        assert!(is_harmless_word("AÑO") && is_harmless_word("an\u{303}o"));
        assert!(!is_harmless_word("ano") && !is_harmless_word("a\u{303}no"));
    }
}
