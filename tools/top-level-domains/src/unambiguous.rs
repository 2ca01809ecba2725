//! Top-level domains that are rarely anything else in a chat.

/// Those of more than two letters that do not begin sentences and are not file extensions.
pub(crate) const GENERIC: &[&str] = &[
    "agency", "app", "asia", "biz", "blog", "casino", "cfd", "cloud", "club", "com", "cyou", "dev",
    "edu", "gov", "guru", "icu", "info", "mobi", "net", "online", "org", "porn", "sbs", "shop",
    "site", "store", "tech", "website", "wiki", "xxx", "xyz",
];

/// Those in other scripts: of countries, of companies and organizations, and transliterations of
/// `com`, `net` and `org`. Words of more than two letters must also end a sentence.
#[rustfmt::skip]
pub(crate) const OTHER_SCRIPTS: &[&str] = &[
    "рф", "бг", "ею", "ελ", "ευ", "გე", "հայ", "бел", "мкд", "мон", "рус", "срб", "укр", "қаз",
    "ком", "орг", "中国", "中國", "公司", "网络", "网址", "机构", "香港", "台湾", "台灣", "澳門",
    "한국", "닷컴", "닷넷", "コム", "คอม", "ไทย", "ລາວ", "ישראל", "קום", "مصر", "قطر", "تونس",
    "عمان", "ایران", "امارات", "السعودية", "المغرب", "فلسطين", "سورية", "الاردن", "الجزائر",
    "پاکستان", "भारत", "कॉम",
];

/// Country codes that are more often something else in a chat.
#[rustfmt::skip]
pub(crate) const AMBIGUOUS_COUNTRIES: &[&str] = &[
    // English words and abbreviations
    "ad", "am", "as", "at", "be", "by", "do", "in", "is", "it", "me", "my", "no", "so", "to", "us",
    "aw", "hm", "mm", "mo", "pa", "ye",
    // chats and games
    "ac", "ae", "af", "bb", "bf", "bs", "cd", "cm", "cu", "cv", "dj", "dm", "fm", "fk", "gd", "gf",
    "gg", "gl", "gm", "gn", "gw", "hr", "ie", "iq", "kg", "km", "lb", "mc", "mp", "mr", "ms", "na",
    "nc", "np", "pg", "pm", "ps", "sc", "sd", "sr", "ss", "st", "td", "tf", "th", "tt", "tw", "va",
    "vc", "yt",
    // words of other languages that begin sentences
    "al", "ao", "ar", "au", "az", "ba", "bi", "bn", "ca", "ci", "er", "es", "et", "eu", "ga", "ge",
    "gi", "im", "je", "ke", "ki", "la", "li", "ma", "ml", "mu", "ne", "ni", "nu", "om",
    "re", "sa", "se", "si", "su", "ve", "vi", "vu", "za",
    // other abbreviations and files
    "bo", "eg", "id", "il", "md", "mk", "mt", "py", "rs", "sh", "sm", "tm",
];
