//! Hosts of `links` that match less than they seem to, or nothing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Check;
use super::manifest::{Manifest, Text};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::links::{Link, LinkPattern};

/// A host of a rule with its position.
struct Host<'t> {
    text: Text<'t>,
    pattern: LinkPattern,
}

impl<'t> Host<'t> {
    fn read(text: Text<'t>) -> Option<Host<'t>> {
        let pattern = LinkPattern::parse(text.value).ok()?;
        Some(Host { text, pattern })
    }
}

impl Check<'_> {
    /// Reports hosts in `allow` that the rule would not deny.
    pub(super) fn allowed_hosts(&mut self) {
        for links in self.engine.rules().rules.iter().filter_map(|rule| rule.links.as_ref()) {
            for host in links.unused_allowed() {
                let message =
                    format!("this has no effect: no link to `{host}` is denied by this rule");
                self.diagnostics.push(
                    Diagnostic::new(Code::UnusedException, links.location, message)
                        .help("remove it, or deny more: `deny = [\"*\"]` denies all links"),
                );
            }
        }
    }

    /// Reports `*.host` without `host`, hosts that are both denied and allowed, and duplicates.
    pub(super) fn hosts(&mut self, manifest: &Manifest<'_>) {
        for links in manifest.tables("rule").into_iter().filter_map(|rule| rule.table("links")) {
            let [deny, allow] = ["deny", "allow"].map(|key| {
                links.strings(key).into_iter().filter_map(Host::read).collect::<Vec<_>>()
            });
            self.duplicate_hosts(&deny);
            self.duplicate_hosts(&allow);
            self.missing_domains(&deny, &allow, |_| true);
            let is_denied =
                |host: &Link<'_>| deny.is_empty() || deny.iter().any(|it| it.pattern.denies(host));
            self.missing_domains(&allow, &deny, is_denied);
            self.denied_and_allowed(&deny, &allow);
        }
    }

    fn duplicate_hosts(&mut self, hosts: &[Host<'_>]) {
        let mut first: HashMap<&LinkPattern, Location> = HashMap::new();
        for host in hosts {
            let location = host.text.location;
            match first.entry(&host.pattern) {
                Entry::Vacant(entry) => {
                    entry.insert(location);
                }
                Entry::Occupied(entry) => self.diagnostics.push(
                    Diagnostic::new(Code::DuplicateEntry, location, "duplicate host")
                        .related(*entry.get(), "first occurrence")
                        .help("remove one of them; case and `www.` do not matter"),
                ),
            }
        }
    }

    /// Reports `*.example.com` if `example.com` itself, which it does not include, is missing.
    fn missing_domains(
        &mut self,
        hosts: &[Host<'_>],
        others: &[Host<'_>],
        matters: impl Fn(&Link<'_>) -> bool,
    ) {
        for host in hosts {
            let domain = host.text.value.strip_prefix("*.");
            let domain = domain.filter(|it| !it.contains('/') && is_own_domain(it));
            let Some(domain) = domain else { continue };
            let Ok(pattern) = LinkPattern::parse(domain) else { continue };
            let example = pattern.example();
            // In the other list the domain is named on purpose.
            let is_listed = hosts
                .iter()
                .chain(others)
                .any(|it| it.text.value != "*" && it.pattern.allows(&example));
            if is_listed || !matters(&example) {
                continue;
            }
            let message = format!("`{}` does not include `{domain}` itself", host.text.value);
            self.diagnostics.push(
                Diagnostic::new(Code::SubdomainsOnly, host.text.location, message)
                    .help("write the domain as well")
                    .paste(vec![format!("\"{domain}\", \"{}\",", host.text.value)]),
            );
        }
    }

    /// Reports hosts in `deny` that `allow` contains: an allowed host is never denied.
    fn denied_and_allowed(&mut self, deny: &[Host<'_>], allow: &[Host<'_>]) {
        for host in deny.iter().filter(|host| host.text.value != "*") {
            let is_allowing = |it: &&Host<'_>| it.pattern.contains(&host.pattern);
            if let Some(by) = allow.iter().find(is_allowing) {
                let message = format!(
                    "links to `{}` are allowed: `allow` contains it too, and wins over `deny`",
                    host.text.value
                );
                self.diagnostics.push(
                    Diagnostic::new(Code::UnreachableHost, host.text.location, message)
                        .related(by.text.location, "allowed here")
                        .help("to deny these links, remove it from `allow`; else remove it here"),
                );
            }
        }
    }
}

/// Whether a domain belongs to one owner, unlike `com` and `co.uk`.
fn is_own_domain(domain: &str) -> bool {
    let Some((name, end)) = domain.rsplit_once('.') else { return false };
    let is_public = end.len() == 2
        && matches!(name, "co" | "com" | "org" | "net" | "gov" | "ac" | "edu" | "ne" | "or" | "go");
    !is_public
}
