//! What a rule looks for besides entries and patterns.

use super::Parser;
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::display::shown;
use crate::limits::{Limit, MIN_LETTERS, Measure};
use crate::links::{HostPattern, Links};
use crate::pii::{Detect, Detector};
use crate::rules::manifest::{LimitTable, LinksTable, Located, RuleTable, Strings};

/// What a rule looks for besides entries and patterns.
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
    /// All of it, if nothing in it is wrong.
    pub(super) fn matchers(&mut self, table: &RuleTable) -> Option<Matchers> {
        let links = table.links.as_ref().map(|links| self.links(links, table.broken));
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

    /// The links of a rule. What is denied goes without saying if something is allowed: all others.
    fn links(&mut self, table: &LinksTable, broken: bool) -> Option<Links> {
        // What is missing in a broken one has been told already.
        if broken {
            return None;
        }
        let lists = [("deny", &table.deny), ("allow", &table.allow)];
        for (key, hosts) in lists {
            let Some(empty) = hosts.as_ref().filter(|hosts| hosts.value.is_empty()) else {
                continue;
            };
            let help = match key {
                "deny" => "write deny = [\"*\"] for all links",
                _ => "name a host, or remove `allow`",
            };
            let message = format!("no host is named in `{key}`");
            self.tell(Code::InvalidValue, empty.location, &message, help);
            return None;
        }
        if table.deny.is_none() && table.allow.is_none() {
            let message = "these `links` name no host";
            let help = "write links = { deny = [\"*\"] } for all links";
            self.tell(Code::InvalidValue, table.location, message, help);
            return None;
        }
        let allow = table.allow.as_ref().map_or(Some(Vec::new()), |hosts| self.hosts(hosts));
        let deny = match &table.deny {
            Some(hosts) => self.hosts(hosts),
            None => HostPattern::parse("*").ok().map(|all| vec![all]),
        };
        Some(Links { deny: deny?, allow: allow?, location: table.location })
    }

    fn hosts(&mut self, hosts: &Strings) -> Option<Vec<HostPattern>> {
        let parsed: Vec<_> = hosts.value.iter().map(|host| self.host(host)).collect();
        parsed.into_iter().collect()
    }

    fn host(&mut self, host: &Located<String>) -> Option<HostPattern> {
        match HostPattern::parse(&host.value) {
            Ok(pattern) => Some(pattern),
            Err(help) => {
                let message = format!("`{}` is no host", shown(&host.value));
                self.tell(Code::InvalidValue, host.location, &message, help);
                None
            }
        }
    }

    /// The limits of a rule.
    fn limits(&mut self, table: &LimitTable, rule: &RuleTable) -> Option<Vec<Limit>> {
        let has = |wanted| table.limits.iter().any(|&(measure, _)| measure == wanted);
        // What is missing in a broken one has been told already.
        if rule.broken {
            return None;
        }
        if let Some(letters) = &table.min_letters
            && !has(Measure::Capitals)
        {
            let message = "`min_letters` says from how many letters on `capitals` count";
            let help = "add capitals = 0.7, or remove `min_letters`";
            self.tell(Code::ConflictingKeys, letters.location, message, help);
            return None;
        }
        if table.limits.is_empty() {
            let message = "this `limit` limits nothing";
            let help = "write limit = { capitals = 0.7, min_letters = 12 }, or another limit";
            self.tell(Code::InvalidValue, table.location, message, help);
            return None;
        }
        self.goes_with_limits(table.location, rule)?;
        let min_letters = table.min_letters.as_ref().map_or(MIN_LETTERS, |letters| letters.value);
        let limit = |(measure, most): &(Measure, Located<u32>)| Limit {
            measure: *measure,
            most: most.value,
            min_letters,
            location: most.location,
        };
        Some(table.limits.iter().map(limit).collect())
    }

    /// There is no part of a message that is too much of it, to be rewritten.
    fn goes_with_limits(&mut self, limit: Location, rule: &RuleTable) -> Option<()> {
        let rewrites = |action: &&Located<String>| matches!(&*action.value, "mask" | "replace");
        let Some(action) = rule.action.as_ref().filter(rewrites) else { return Some(()) };
        let message = "a limit is for the message as a whole, of which nothing is to be rewritten";
        self.problems.push(
            Diagnostic::new(Code::ConflictingKeys, limit, message)
                .related(action.location, "the action")
                .help(
                    "write action = \"deny\" or \"tag\", or put the limit into a rule of its own",
                ),
        );
        None
    }

    /// The personal data that a rule looks for.
    fn detect(&mut self, written: &Strings) -> Option<Vec<Detect>> {
        if written.value.is_empty() {
            let message = "no kind of personal data is named in `detect`";
            let help = "write detect = [\"email\", \"phone\", \"card\", \"ip\"]";
            self.tell(Code::InvalidValue, written.location, message, help);
            return None;
        }
        let names: Vec<&str> = Detector::ALL.iter().map(|detector| detector.as_str()).collect();
        let mut detect: Vec<Detect> = Vec::new();
        let mut sound = true;
        for word in &written.value {
            let Some(name) = self.choice("kind of personal data", word, &names) else {
                sound = false;
                continue;
            };
            let mut all = Detector::ALL.iter().copied();
            if let Some(detector) = all.find(|detector| detector.as_str() == name)
                && detect.iter().all(|it| it.detector != detector)
            {
                detect.push(Detect { detector, location: word.location });
            }
        }
        sound.then_some(detect)
    }
}
