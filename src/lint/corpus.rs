//! False positives in a corpus of acceptable messages, such as a day of ordinary chat.

use super::samples::surrounding_word;
use super::{Capped, Check};
use crate::diagnostic::{Code, Diagnostic, Location};
use crate::engine::{Cause, Match};
use crate::rules::RuleId;
use crate::source::{BYTE_ORDER_MARK, SourceId};
use crate::span::Span;

impl Check<'_> {
    /// Reports the lines of the corpus that an active rule matches.
    pub(super) fn corpus(&mut self) {
        for &source in self.options.corpus {
            let Ok(bytes) = &self.sources.get(source).content else { continue };
            let mut diagnostics = Capped::default();
            let mut start =
                if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
            let lines = bytes[start..].split_inclusive(|&byte| byte == b'\n');
            for line in lines {
                self.progress("corpus bytes", start, bytes.len());
                self.corpus_line(source, start, line, &mut diagnostics);
                start += line.len();
            }
            self.diagnostics.extend(diagnostics.into_diagnostics(Code::FalsePositive));
        }
    }

    fn corpus_line(
        &mut self,
        source: SourceId,
        start: usize,
        line: &[u8],
        diagnostics: &mut Capped,
    ) {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches(['\n', '\r']);
        let rules = self.engine.rules();
        let day = self.options.day;
        let found = self.engine.find(text, day, &mut self.scratch);
        let is_active = |matched: &Match| {
            let rule = rules.rule(matched.rule);
            rule.fields.content
                && rules.is_on_somewhere(matched.rule)
                && day.is_none_or(|day| rule.scope.days.contains(Some(day)))
        };
        let mut seen: Vec<(RuleId, Cause)> = Vec::new();
        for matched in found.iter().filter(|matched| is_active(matched)) {
            if seen.contains(&(matched.rule, matched.cause)) {
                continue;
            }
            seen.push((matched.rule, matched.cause));
            // If the line is not UTF-8, the span is one of the lossy text, not of the file.
            let span = match std::str::from_utf8(line) {
                Ok(_) => matched.span,
                Err(_) => Span::new(0, line.trim_ascii_end().len()),
            };
            let span = Span::new(start + span.start, start + span.end);
            let location = Location { source, span };
            diagnostics.push(location, || self.false_positive(location, text, matched));
        }
    }

    fn false_positive(&self, location: Location, text: &str, matched: &Match) -> Diagnostic {
        let rules = self.engine.rules();
        let rule = rules.rule(matched.rule);
        let caught = &text[matched.span.range()];
        let message = format!("false positive: rule `{}` matches `{caught}`", rule.id);
        let diagnostic = Diagnostic::new(Code::FalsePositive, location, message)
            .related(matched.location(rules), "matched by this");
        let word = surrounding_word(text, matched.span);
        match matched.cause {
            Cause::Pattern(_) => diagnostic.help("narrow the pattern"),
            Cause::Link => diagnostic.help("allow the host"),
            Cause::Limit(_) => diagnostic.help("raise the limit"),
            Cause::Detected(_) => {
                diagnostic.help("remove the line from the corpus, or the detector from the rule")
            }
            Cause::Entry(..) if word.eq_ignore_ascii_case(caught) => diagnostic.help(
                "remove the line from the corpus, or add an exception with the words around it",
            ),
            Cause::Entry(list, _) => diagnostic
                .help("add an exception below the entry:")
                .paste(vec![self.line(list, &format!("! {}", word.to_lowercase()))]),
        }
    }
}
