//! Help for actions that other tools call differently.

use crate::span::Span;

/// What other tools call the actions.
#[rustfmt::skip]
const NAMES: [(&str, &[&str]); 4] = [
    ("deny", &["ban", "block", "delete", "disallow", "drop", "forbid", "kick", "refuse", "reject", "remove", "timeout"]),
    ("mask", &["asterisk", "asterisks", "blur", "censor", "cover", "filter", "hide", "obscure", "redact", "star", "stars"]),
    ("replace", &["change", "rewrite", "substitute", "swap"]),
    ("tag", &["alert", "flag", "label", "log", "mark", "notify", "report", "review", "warn", "warning"]),
];

/// Returns help for an unknown action: the one that is meant, or what each does.
pub(super) fn help(text: &str, span: Span, message: &str) -> Option<String> {
    if !message.starts_with("unknown action") {
        return None;
    }
    let value = text.get(span.range())?.trim_matches(['"', '\'']).to_lowercase();
    let meant = NAMES.iter().find(|(_, others)| others.contains(&value.as_str()));
    Some(match meant {
        Some((action, _)) => format!("did you mean `{action}`?"),
        None => {
            "`deny` blocks the message, `mask` covers the match, `replace` swaps it for another \
                 text, `tag` delivers and labels the message"
                .to_owned()
        }
    })
}
