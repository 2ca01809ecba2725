//! What the room and the sender see of a message: [`outcome`].

use ivs_chat_review::ivs::{ReviewRequest, ReviewResponse};
use ivs_chat_review::policy::Verdict;

/// Returns what becomes visible, in one or two lines.
pub(crate) fn outcome(
    verdict: &Verdict,
    request: &ReviewRequest<'_>,
    reply: &ReviewResponse<'_>,
) -> Vec<String> {
    let rewrite = match verdict {
        Verdict::Allow => return vec!["delivered unchanged".to_owned()],
        Verdict::Deny(_) | Verdict::DenyCut => {
            return vec![match reply.reason() {
                Some(reason) => format!("blocked; the sender sees: {reason}"),
                None => "blocked; the sender sees no reason".to_owned(),
            }];
        }
        Verdict::Rewrite(rewrite) => rewrite,
    };
    let mut lines = vec![match &rewrite.content {
        Some(content) => format!("delivered as: {content}"),
        None => "delivered with its text unchanged".to_owned(),
    }];
    if let Some(attributes) = &rewrite.attributes {
        let own = &request.attributes;
        let changed = attributes.iter().filter(|(name, value)| own.get(name) != Some(value));
        let changed: Vec<String> = changed.map(|(name, value)| format!("{name}={value}")).collect();
        let removed = own.iter().map(|(name, _)| name);
        let removed: Vec<&str> = removed.filter(|name| attributes.get(name).is_none()).collect();
        if !changed.is_empty() {
            lines.push(format!("with attributes: {}", changed.join(", ")));
        }
        if !removed.is_empty() {
            lines.push(format!("without attributes: {}", removed.join(", ")));
        }
    }
    lines
}
