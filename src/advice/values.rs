//! Help for values of `rules.toml` that are unknown, with what they probably mean.

use crate::diagnostic::Diagnostic;

/// What other tools call the actions.
#[rustfmt::skip]
const ACTIONS: [(&str, &[&str]); 4] = [
    ("deny", &["ban", "block", "delete", "disallow", "drop", "forbid", "kick", "mute", "prevent", "refuse", "reject", "remove", "stop", "suppress", "timeout"]),
    ("mask", &["asterisk", "asterisks", "bleep", "blur", "censor", "cover", "filter", "hide", "obscure", "redact", "star", "stars"]),
    ("replace", &["change", "rewrite", "substitute", "swap"]),
    ("tag", &["alert", "flag", "label", "log", "mark", "notify", "report", "review", "warn", "warning"]),
];
const MEANINGS: &str = "deny = the message is not delivered; mask = the words are covered; \
                        replace = the words are replaced by `with`; tag = the message is delivered \
                        with attributes";
const MODES: [(&str, &[&str]); 3] = [
    ("on", &["live", "active", "enabled", "enable", "true", "enforce", "yes"]),
    (
        "shadow",
        &[
            "test", "testing", "trial", "dry-run", "dryrun", "log", "monitor", "audit", "silent",
            "watch",
        ],
    ),
    ("off", &["disabled", "disable", "false", "inactive", "no", "none"]),
];

const PERSONAL_DATA: [(&str, &[&str]); 4] = [
    ("email", &["e-mail", "mail", "emails", "email address"]),
    ("phone", &["telephone", "tel", "phone number", "phone numbers", "mobile"]),
    ("card", &["credit card", "credit cards", "creditcard", "credit-card", "iban", "bank"]),
    ("ip", &["ip address", "ip-address", "ip addresses", "ipv4", "ipv6"]),
];
const FIELDS: [(&str, &[&str]); 2] = [
    ("content", &["message", "text", "msg", "body", "chat"]),
    ("sender.*", &["user", "username", "name", "nickname", "sender", "author", "displayname"]),
];

/// Explains an unknown action, mode, field or kind of personal data, or an invalid ID.
pub(super) fn explain(value: &str, diagnostic: &mut Diagnostic) {
    let value = value.trim_matches(['"', '\'']);
    let lower = value.to_lowercase();
    let meant = |known: &[(&'static str, &[&str])]| {
        let same =
            known.iter().find(|(name, words)| *name == lower || words.contains(&lower.as_str()));
        same.map(|(name, _)| *name)
    };
    if diagnostic.message.starts_with("unknown action `") {
        match (meant(&ACTIONS), &diagnostic.help) {
            (Some(name), _) => {
                diagnostic.help = Some(format!("did you mean `{name}`? {MEANINGS}"));
            }
            (None, None) => diagnostic.help = Some(MEANINGS.to_owned()),
            // A typing error.
            (None, Some(_)) => {}
        }
    } else if diagnostic.message.starts_with("unknown mode `") {
        if let Some(name) = meant(&MODES) {
            diagnostic.help = Some(format!("did you mean `{name}`?"));
        }
    } else if diagnostic.message.starts_with("unknown kind of personal data `") {
        if let Some(name) = meant(&PERSONAL_DATA) {
            diagnostic.help = Some(format!("did you mean `{name}`?"));
        } else if lower == "all" || lower == "*" {
            diagnostic.help = Some(
                "write all of them: `detect = [\"email\", \"phone\", \"card\", \"ip\"]`".to_owned(),
            );
        }
    } else if diagnostic.message.starts_with("unknown field `") {
        if let Some(name) = meant(&FIELDS) {
            diagnostic.help = Some(format!("did you mean `{name}`?"));
        }
    } else if diagnostic.message.starts_with("invalid rule ID") {
        let id = slug(value);
        if !id.is_empty() {
            diagnostic.help = Some(format!("write `id = \"{id}\"`"));
        }
    }
}

/// A text as an ID.
fn slug(text: &str) -> String {
    let is_in_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c| !is_in_id(c)).filter(|word| !word.is_empty()).collect();
    words.join("-").chars().take(64).collect()
}
