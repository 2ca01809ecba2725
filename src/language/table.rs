//! What is known of each language, as data.
//!
//! Each table is one text, so that it takes no more room in the handler than its characters: a
//! line begins with the code of its language, and its items are separated by spaces. A language
//! without a line has no items.

/// The codes of ISO 639-1.
pub(super) const CODES: &str = "ar az bg bn ca cs da de el en eo es et eu fa fi fr ga gl gu he hi \
    hr hu hy id is it ja ka kk kn ko lt lv mk ml mr ms nl no pa pl pt ro ru sk sl sq sr sv sw ta \
    te th tl tr uk ur uz vi zh";

/// Their English names.
pub(super) const NAMES: &str = "Arabic Azerbaijani Bulgarian Bengali Catalan Czech Danish German \
    Greek English Esperanto Spanish Estonian Basque Persian Finnish French Irish Galician Gujarati \
    Hebrew Hindi Croatian Hungarian Armenian Indonesian Icelandic Italian Japanese Georgian Kazakh \
    Kannada Korean Lithuanian Latvian Macedonian Malayalam Marathi Malay Dutch Norwegian Punjabi \
    Polish Portuguese Romanian Russian Slovak Slovenian Albanian Serbian Swedish Swahili Tamil \
    Telugu Thai Filipino Turkish Ukrainian Urdu Uzbek Vietnamese Chinese";

/// The number of languages.
pub(super) const COUNT: usize = (CODES.len() + 1) / 3;

/// The endings that `word+` matches, folded: the inflections of nouns, adjectives and participles
/// that follow a stem, from the suffix lists of the [Snowball stemmers] (BSD license) and, for
/// Arabic and Persian, of Apache Lucene. Languages that replace the last vowel list the vowels, for
/// entries that are stems (`stronz+`).
///
/// [Snowball stemmers]: https://snowballstem.org/algorithms/
pub(super) static ENDINGS: Table = Table::new(
    "\
ar ا ات ان ه ها ون ي ين
az a da dan de den e i in lar ler ı ın
bg а ата е и ите ия о та те то ът я ят
ca a es s
cs a ach am ami e ech em emi ho i ich im mi o ou u um y ych ym
da e en ene ens er erne ers es et ets ne s
de e em en er ern es in innen n s
el α ασ ε εσ η ησ οι ου ουσ σ ων
en s es d ed er ers in ing y
eo j jn n
es a as es s
et a d de e ga i id ile is it ks l le s se sid st t te
fa ا ان ت ش م ها هاي هايي ي
fi a aa an en ia ille in ista issa ita ksi lla lle lta n na ssa sta t
fr e es s x
gl a as es s
he ה ות י ימ ת
hr a ama e i ih im ima o og oj om u
hu a ak ban ben e ek et hoz ig ja je k nak nek nal nel ok on ot ra re rol t tol val vel
id an i kan ku lah mu nya
is a an ar ir i ið in inn na nar s u um ur
it a e hi he i o
lt a ai ams as e ei es i io is o oms os u ui us
lv a ai am as e em es i iem is os u um us
mk а ата е и ите от о та те то
ms an i kan ku lah mu nya
nl e en er ers es je jes s tje tjes
no a ane e en ene ens er ers es et ets s
pl a ach ami e ego ej em i ich ie im o om owi u y ych ym ymi
pt a as es s
ro a e ei ele i ii ilor le lor ul ului uri
ru а ам ами ах е ев еи ем ею и ие ии им ими их о ов ого ое ои ом ому ою у ую ы ые ыи ым ыми ых ь ю юю я ям ями ях яя
sk a ach am ami e ho i im mi o och om ou u y ych ym
sl a ah am ami e ega em i ih im ima o om u
sq a e es i in it t te ve
sr а ама е и им има их о ог ои ом у a ama e i ih im ima o og oj om u
sv a an ar arna ars as e en ens er erna ers et ets n na or orna s t
tl ng
tr a da dan de den e i im in la lar lari larin le ler leri lerin nin si sin u um un ya ye yi yu ı ım ın ları ların nın sı sın yı
uk а ам ами ах е ем ею и ии им ими их і ів оі ого ою у ю я ям ями ях
uz da dan ga lar lari larni larning ni ning
",
);

/// The combining marks that make other letters, so that a message may not add them to an entry:
/// each mark with the letters on which it does, from the alphabets of the languages (CLDR, main
/// exemplar characters). In other languages such letters exist as well, but what a missing accent
/// would hit is nearly always the word, so they count as decoration.
pub(super) static LETTERS: Table = Table::new(
    "\
da \u{30A}a
et \u{303}o \u{308}aou
fi \u{308}ao \u{30A}a
no \u{30A}a
sv \u{308}ao \u{30A}a
vi \u{300}aeiouy \u{301}aeiouy \u{302}aeo \u{303}aeiouy \u{306}a \u{309}aeiouy \u{31B}ou \u{323}aeiouy
",
);

/// Letters of a language without a combining mark that look like others, in both cases. An entry of
/// the language does not match a message in which they are read as these: Turkish *sık* ("often") is
/// not `sik`. A respelling of the entry (`amcık` as `amcik`) still matches.
pub(super) static LOOKALIKES: Table = Table::new(
    "\
az əƏı
da øØ
hr đĐ
no øØ
pl łŁ
sl đĐ
sr đĐ
sv øØ
tr ı
vi đĐ
",
);

/// What may follow a whole word and belongs to it: Korean particles, the copula and the plural. They
/// are those that nouns take in the grammar of [open-korean-text] (`josa.txt`), in all forms that
/// the last sound of a word asks for.
///
/// [open-korean-text]: https://github.com/open-korean-text/open-korean-text
pub(super) static PARTICLES: Table = Table::new(
    "\
ko 가 같아 같은 같이 과 까지 께 께서 나 네 는 님 다 대로 도 든지 들 들도 들아 들은 들을 들의 들이 라고 라는 라도 라서 란 랑 로 로부터 로서 를 \
마다 마저 만 밖에 보고 보다 부터 뿐 아 야 에 에게 에게서 에서 와 요 으로 으로서 은 은커녕 을 의 이 이고 이나 이네 이냐 이다 이든 이라 이라고 \
이라는 이라도 이란 이랑 이며 이면 이야 이었 이에요 이지 인 인가 인데 임 입니다 조차 지 처럼 하고 한테 한테서
",
);

/// What may precede a whole word and belongs to it: the article, conjunctions and prepositions of
/// one letter of Arabic, Persian and Hebrew, alone and combined, as the stemmers of [Apache Lucene]
/// remove them, and the Hebrew letters משה וכלב. For entries of three letters or more.
///
/// [Apache Lucene]: https://lucene.apache.org/core/9_0_0/analysis/common/org/apache/lucene/analysis/ar/ArabicStemmer.html
pub(super) static PROCLITICS: Table = Table::new(
    "\
ar ال وال فال بال كال لل ولل و ف ب ل ك وب ول فل
fa ال وال ب و
he ה ו ב ל כ מ ש וה וב ול וכ ומ וש שה שב של שמ כש כשה מה לה בה
",
);

/// The longest item of [`PROCLITICS`], in letters.
pub(super) const LONGEST_PROCLITIC: usize = 3;

/// The letters of all [`PROCLITICS`].
pub(super) const PROCLITIC_LETTERS: &str = "الوفبكהומשלכב";

/// How the letters of a language may be respelled: `ä=ae` in both directions, `ı>i` from an entry to
/// a message only. The Latin alphabets of languages that have their own letters are typed in these
/// ways on keyboards without them. Turkish capital I is ı, and the fold takes it for i; the other
/// direction would make *sık* ("often") an obscenity.
pub(super) static RESPELLINGS: Table = Table::new(
    "\
az ı>i
da å=aa æ=ae ø=oe
de ä=ae ö=oe ü=ue
no å=aa æ=ae ø=oe
sv å=aa ä=ae ö=oe
tr ı>i
",
);

/// A table as one text.
pub(super) struct Table {
    text: &'static str,
    /// For each language, where its items begin and end.
    items: [(u16, u16); COUNT],
}

impl Table {
    pub(super) const fn new(text: &'static str) -> Table {
        let bytes = text.as_bytes();
        let mut items = [(0, 0); COUNT];
        let mut start = 0;
        while start < bytes.len() {
            let mut end = start;
            while bytes[end] != b'\n' {
                end += 1;
            }
            items[index_of(bytes, start)] = (start as u16 + 3, end as u16);
            start = end + 1;
        }
        Table { text, items }
    }

    /// Returns the items of a language.
    pub(super) fn of(&self, language: u8) -> impl Iterator<Item = &'static str> {
        let (start, end) = self.items[usize::from(language)];
        let items = &self.text[usize::from(start)..usize::from(end)];
        items.split(' ').filter(|item| !item.is_empty())
    }

    /// Whether a language has no items.
    pub(super) fn is_empty(&self, language: u8) -> bool {
        let (start, end) = self.items[usize::from(language)];
        start == end
    }
}

/// Returns the index of the language whose code is at byte `at` of a text.
pub(super) const fn index_of(text: &[u8], at: usize) -> usize {
    let codes = CODES.as_bytes();
    let mut index = 0;
    while codes[index * 3] != text[at] || codes[index * 3 + 1] != text[at + 1] {
        index += 1;
    }
    index
}
