//! Entries and rules whose last day has passed.

use jiff::civil::Date;

use super::{Capped, Check};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::rules::{List, Rule};

impl Check<'_> {
    /// Reports the entries of a list that have expired.
    pub(super) fn expired_entries(&mut self, list: &List) {
        let mut diagnostics = Capped::default();
        for entry in &list.entries {
            if let Some(last) = self.passed(entry.until) {
                let what = if entry.exception { "exception" } else { "entry" };
                diagnostics.push(entry.location, || expired(what, last, entry.location));
            }
        }
        self.diagnostics.extend(diagnostics.into_diagnostics(Code::Expired));
    }

    /// Reports a rule that has expired.
    pub(super) fn expired_rule(&mut self, rule: &Rule) {
        if let Some(last) = self.passed(rule.scope.days.until) {
            self.diagnostics.push(expired("rule", last, rule.location));
        }
    }

    /// Returns the last day if it has passed.
    pub(super) fn passed(&self, until: Option<Date>) -> Option<Date> {
        let (until, today) = (until?, self.options.day?);
        (until < today).then_some(until)
    }
}

fn expired(what: &str, last: Date, location: Location) -> Diagnostic {
    let message = format!("this {what} expired on {last} and no longer matches");
    Diagnostic::new(Code::Expired, location, message).help("remove it, or extend its last day")
}
