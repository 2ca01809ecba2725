//! Help for keys of `rules.toml` that do not exist, with what other tools mean by them.

use crate::diagnostic::Diagnostic;

/// What other tools call a key, and what to write.
#[rustfmt::skip]
const RENAMED: [(&str, &[&str]); 25] = [
    ("terms", &["word", "words", "phrase", "phrases", "keyword", "keywords", "entry", "entries", "blacklist", "blocklist", "badwords", "bad_words", "blocked_terms", "banned_words"]),
    ("patterns", &["regex", "regexes", "regexp", "expression", "expressions", "match", "matches"]),
    ("lists", &["file", "files", "wordlist", "wordlists", "list_file", "include"]),
    ("id", &["name", "title"]),
    ("category", &["severity", "level", "priority", "group", "type", "tags"]),
    ("reason", &["message", "text", "response", "reply", "explanation"]),
    ("with", &["replacement", "replace", "replace_with", "substitute"]),
    ("action", &["actions", "do", "effect"]),
    ("language", &["lang", "locale", "languages"]),
    ("rooms", &["room", "channel", "channels"]),
    ("fields", &["field", "target", "where"]),
    ("until", &["expires", "expiry", "end", "to", "expires_at"]),
    ("from", &["start", "since", "begin"]),
    ("samples", &["test", "tests", "example", "examples"]),
    ("caught", &["bad", "block", "blocked", "hit", "hits", "fail", "positive"]),
    ("ok", &["good", "pass", "allowed", "clean", "negative", "fine"]),
    ("capitals", &["caps", "uppercase", "upper"]),
    ("emoji", &["emotes", "emojis", "emote"]),
    ("repeats", &["repeat", "spam", "repetition", "repetitions"]),
    ("lines", &["newlines", "line_breaks"]),
    ("stacked_marks", &["zalgo", "accents"]),
    ("length", &["max_length", "chars", "characters", "size"]),
    ("mentions", &["mention", "pings"]),
    ("sender", &["role", "roles", "badge", "badges"]),
    ("user_ids", &["users", "user", "usernames"]),
];
/// Keys that have no counterpart, and what to do instead.
#[rustfmt::skip]
const OTHERS: [(&[&str], &str); 4] = [
    (&["enabled", "disabled", "enable", "disable", "active", "status"], "write `mode = \"off\"` to switch a rule off, or `mode = \"shadow\"` to try it"),
    (&["case_sensitive", "ignore_case", "case", "case_insensitive"], "remove it: case does not matter; a pattern that begins with `(?-i)` distinguishes it"),
    (&["description", "comment", "comments", "note", "notes"], "write it as a comment, which begins with `#`"),
    (&["whitelist", "allowlist", "exceptions", "except", "allow", "ignore", "exclude"], "write exceptions as `! word` in the list or in `terms`; hosts as `links = { allow = [\"...\"] }`"),
];

/// Explains an unknown key. `help` of the parser lists the keys that exist at this place.
pub(super) fn explain(key: &str, diagnostic: &mut Diagnostic) {
    let Some(known) = diagnostic.help.as_deref().and_then(|it| it.strip_prefix("known keys: "))
    else {
        return;
    };
    let key = key.trim_matches(['"', '\'']).to_lowercase().replace('-', "_");
    let is_known = |name: &str| known.split(", ").any(|it| it == name);
    let renamed =
        RENAMED.iter().find(|(name, others)| is_known(name) && others.contains(&key.as_str()));
    let other = OTHERS.iter().find(|(keys, _)| keys.contains(&key.as_str()));
    diagnostic.help = match (renamed, other) {
        (Some((name, _)), _) => Some(format!("did you mean `{name}`?")),
        (None, Some((_, help))) => Some((*help).to_owned()),
        (None, None) => return,
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    #[test]
    fn keys_of_other_tools_are_known() {
        for (key, known, help) in [
            ("words", "id, terms", "did you mean `terms`?"),
            ("Bad-Words", "id, terms", "did you mean `terms`?"),
            ("caps", "capitals, emoji", "did you mean `capitals`?"),
            ("caps", "id, terms", "known keys: id, terms"),
            ("comment", "id, terms", "write it as a comment, which begins with `#`"),
            ("frobnicate", "id, terms", "known keys: id, terms"),
        ] {
            let mut diagnostic = Diagnostic::for_folder(Code::UnknownKey, "unknown key");
            diagnostic.help = Some(format!("known keys: {known}"));
            explain(key, &mut diagnostic);
            assert_eq!(diagnostic.help.as_deref(), Some(help), "{key}");
        }
    }
}
