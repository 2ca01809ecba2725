//! Parses the matchers other than entries and patterns: links, limits and personal data.

use super::Parser;
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::display_short;
use crate::limits::{Limit, MIN_LETTERS, Measure};
use crate::links::{LinkPattern, Links};
use crate::pii::{Detect, Detector};
use crate::rules::manifest::keys::DETECTORS;
use crate::rules::manifest::{LimitTable, LinksTable, RuleTable, Spanned, Strings};

/// The matchers of a rule other than entries and patterns.
pub(super) struct Matchers {
    pub(super) links: Option<Links>,
    pub(super) limits: Vec<Limit>,
    pub(super) detect: Vec<Detect>,
}

impl Matchers {
    pub(super) fn is_empty(&self) -> bool {
        self.links.is_none() && self.limits.is_empty() && self.detect.is_empty()
    }
}

impl Parser<'_> {
    /// Parses `links`, `limit` and `detect`. `None` if any of them is invalid.
    pub(super) fn matchers(&mut self, table: &RuleTable) -> Option<Matchers> {
        let links = table.links.as_ref().map(|links| {
            self.check_ignore_words(links, table)?;
            self.links(links, table.is_invalid)
        });
        let limits = table.limit.as_ref().map(|limit| self.limits(limit, table));
        let detect = table.detect.as_ref().map(|detect| self.detect(detect));
        Some(Matchers {
            links: match links {
                Some(links) => Some(links?),
                None => None,
            },
            limits: limits.unwrap_or_else(|| Some(Vec::new()))?,
            detect: detect.unwrap_or_else(|| Some(Vec::new()))?,
        })
    }

    /// Parses `links`. `deny` defaults to all hosts if there is an `allow`.
    fn links(&mut self, table: &LinksTable, is_invalid: bool) -> Option<Links> {
        // Keys that are missing because they are invalid were already reported.
        if is_invalid {
            return None;
        }
        let lists = [("deny", &table.deny), ("allow", &table.allow)];
        for (key, hosts) in lists {
            let Some(empty) = hosts.as_ref().filter(|hosts| hosts.value.is_empty()) else {
                continue;
            };
            let help = match key {
                "deny" => "write `deny = [\"*\"]` for all links",
                _ => "add a host, or remove `allow`",
            };
            let message = format!("empty `{key}`");
            self.emit(Code::InvalidValue, empty.location, &message, help);
            return None;
        }
        if table.deny.is_none() && table.allow.is_none() {
            let message = "`links` has neither `deny` nor `allow`";
            let help = "write `links = { deny = [\"*\"] }` for all links";
            self.emit(Code::InvalidValue, table.location, message, help);
            return None;
        }
        let allow = table.allow.as_ref().map_or(Some(Vec::new()), |hosts| self.hosts(hosts));
        let deny = match &table.deny {
            Some(hosts) => self.hosts(hosts),
            None => LinkPattern::parse("*").ok().map(|all| vec![all]),
        };
        let ignore_words = table.ignore_words.as_ref().is_some_and(|ignore| ignore.value);
        if let Some(ignore) =
            table.ignore_words.as_ref().filter(|it| it.value && table.allow.is_none())
        {
            let message = "`ignore_words` has no effect without `allow`";
            let help = "add the hosts in whose links entries should not match";
            self.emit(Code::ConflictingKeys, ignore.location, message, help);
            return None;
        }
        Some(Links { deny: deny?, allow: allow?, ignore_words, location: table.location })
    }

    /// Reports `ignore_words` in a rule that does not apply to all messages: the entries are those of
    /// other rules.
    fn check_ignore_words(&mut self, links: &LinksTable, rule: &RuleTable) -> Option<()> {
        let Some(ignore) = links.ignore_words.as_ref().filter(|ignore| ignore.value) else {
            return Some(());
        };
        let keys = [
            ("fields", rule.fields.as_ref().map(|it| it.location)),
            ("rooms", rule.rooms.as_ref().map(|it| it.location)),
            ("unless", rule.unless.as_ref().map(|_| rule.location)),
            ("from", rule.from.as_ref().map(|it| it.location)),
            ("until", rule.until.as_ref().map(|it| it.location)),
            ("rollout", rule.rollout.as_ref().map(|it| it.location)),
        ];
        let limited = keys.into_iter().find_map(|(key, location)| Some((key, location?)));
        let Some((key, location)) = limited else { return Some(()) };
        let message =
            format!("`ignore_words` applies to all messages, and `{key}` limits the rule");
        self.diagnostics.push(
            Diagnostic::new(Code::ConflictingKeys, ignore.location, message)
                .related(location, "limit of the rule")
                .help("move `allow` and `ignore_words` to a rule without it"),
        );
        None
    }

    fn hosts(&mut self, hosts: &Strings) -> Option<Vec<LinkPattern>> {
        let parsed: Vec<_> = hosts.value.iter().map(|host| self.host(host)).collect();
        parsed.into_iter().collect()
    }

    fn host(&mut self, host: &Spanned<String>) -> Option<LinkPattern> {
        match LinkPattern::parse(&host.value) {
            Ok(pattern) => Some(pattern),
            Err(help) => {
                let message = format!("invalid host `{}`", display_short(&host.value));
                self.emit(Code::InvalidValue, host.location, &message, help);
                None
            }
        }
    }

    /// Parses `limit`.
    fn limits(&mut self, table: &LimitTable, rule: &RuleTable) -> Option<Vec<Limit>> {
        let has = |wanted| table.limits.iter().any(|&(measure, _)| measure == wanted);
        // Keys that are missing because they are invalid were already reported.
        if rule.is_invalid {
            return None;
        }
        if let Some(letters) = &table.min_letters
            && !has(Measure::Capitals)
        {
            let message = "`min_letters` has no effect without `capitals`";
            let help = "add `capitals = 0.7`, or remove `min_letters`";
            self.emit(Code::ConflictingKeys, letters.location, message, help);
            return None;
        }
        if table.limits.is_empty() {
            let message = "empty `limit`";
            let help = "write `limit = { capitals = 0.7, min_letters = 12 }`, or another limit";
            self.emit(Code::InvalidValue, table.location, message, help);
            return None;
        }
        self.check_limit_action(table.location, rule)?;
        let min_letters = table.min_letters.as_ref().map_or(MIN_LETTERS, |letters| letters.value);
        let limit = |(measure, most): &(Measure, Spanned<u32>)| Limit {
            measure: *measure,
            most: most.value,
            min_letters,
            location: most.location,
        };
        Some(table.limits.iter().map(limit).collect())
    }

    /// Reports a limit in a rule that rewrites. A limit applies to a whole message, so there is no
    /// match to rewrite.
    fn check_limit_action(&mut self, limit: Location, rule: &RuleTable) -> Option<()> {
        let rewrites = |action: &&Spanned<String>| matches!(&*action.value, "mask" | "replace");
        let Some(action) = rule.action.as_ref().filter(rewrites) else { return Some(()) };
        let message = "`limit` can only be used with `deny` or `tag`";
        self.diagnostics.push(
            Diagnostic::new(Code::ConflictingKeys, limit, message)
                .related(action.location, "action of the rule")
                .help(
                    "write `action = \"deny\"` or `\"tag\"`, or move the limit to a separate rule",
                ),
        );
        None
    }

    /// Parses `detect`.
    fn detect(&mut self, kinds: &Strings) -> Option<Vec<Detect>> {
        if kinds.value.is_empty() {
            let message = "empty `detect`";
            let help = "write `detect = [\"email\", \"phone\", \"card\", \"ip\"]`";
            self.emit(Code::InvalidValue, kinds.location, message, help);
            return None;
        }
        let mut detect: Vec<Detect> = Vec::new();
        let mut is_valid = true;
        for word in &kinds.value {
            let Some(name) = self.choice("kind of personal data", word, &DETECTORS) else {
                is_valid = false;
                continue;
            };
            let mut all = Detector::ALL.iter().copied();
            if let Some(detector) = all.find(|detector| detector.as_str() == name)
                && detect.iter().all(|it| it.detector != detector)
            {
                detect.push(Detect { detector, location: word.location });
            }
        }
        is_valid.then_some(detect)
    }
}
