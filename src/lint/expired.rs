//! Entries and rules whose last day has passed.

use jiff::civil::Date;

use super::{Capped, Check};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::rules::{List, Rule};

impl Check<'_> {
    /// Tells the entries of a list that work no more.
    pub(super) fn expired_entries(&mut self, list: &List) {
        let mut problems = Capped::default();
        for entry in &list.entries {
            if let Some(last) = self.passed(entry.until) {
                let what = if entry.exception { "exception" } else { "entry" };
                problems.push(entry.location, || expired(what, last, entry.location));
            }
        }
        self.problems.extend(problems.into_problems(Code::Expired));
    }

    /// Tells a rule that works no more.
    pub(super) fn expired_rule(&mut self, rule: &Rule) {
        if let Some(last) = self.passed(rule.scope.days.until) {
            self.problems.push(expired("rule", last, rule.location));
        }
    }

    /// A last day that has passed.
    pub(super) fn passed(&self, until: Option<Date>) -> Option<Date> {
        let (until, today) = (until?, self.options.day?);
        (until < today).then_some(until)
    }
}

fn expired(what: &str, last: Date, location: Location) -> Diagnostic {
    let message = format!("this {what} ended with {last}, and hits nothing any more");
    Diagnostic::new(Code::Expired, location, message).help("remove it, or give it a later last day")
}
