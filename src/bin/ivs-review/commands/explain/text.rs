//! Human-readable output of an explanation.

use std::io::{self, Write};

use ivs_chat_review::display::display_safe;
use ivs_chat_review::engine::{Cause, MatchDetail};
use ivs_chat_review::explain::{
    Cluster, ExplainedField, ExplainedMatch, InactiveReason, Round, SubstitutionKind,
};
use ivs_chat_review::ivs::{Field, MAX_ATTRIBUTES};
use ivs_chat_review::normalize::Disguises;
use ivs_chat_review::policy::Verdict;
use ivs_chat_review::rules::{Action, RuleId, Rules, SwitchKind};
use unicode_width::UnicodeWidthStr;

use super::excerpt::{Row, aligned, excerpt};
use super::words::{counted, fallback, mask, obfuscation};
use super::{ExplainView, match_kind};
use crate::commands::review::cut_note;
use crate::input::attribute_name;
use crate::terminal::BOLD;

/// The width of a label.
const INDENT: usize = 12;

/// Writes an explanation, with matches of rules that do not search their text if `all` is set.
pub(super) fn write(
    out: &mut impl Write,
    view: &ExplainView<'_>,
    outcome: &[String],
    all: bool,
) -> io::Result<()> {
    let explanation = view.explanation;
    let mut page = Page { out, view };
    for text in &explanation.fields {
        let is_shown = |it: &&ExplainedMatch| all || !it.inactive.contains(&InactiveReason::Field);
        let matches: Vec<&ExplainedMatch> = text.matches.iter().filter(is_shown).collect();
        // Attributes are only shown if a rule matched.
        if text.field == Field::Content || !matches.is_empty() {
            if text.field != Field::Content {
                writeln!(page.out)?;
            }
            page.reading(text)?;
            for matched in matches {
                page.explained_match(text, matched)?;
            }
        }
    }
    page.verdict()?;
    let mut label = "result";
    for line in outcome {
        page.line(label, line)?;
        label = "";
    }
    Ok(())
}

struct Page<'p, W> {
    out: &'p mut W,
    view: &'p ExplainView<'p>,
}

impl<W: Write> Page<'_, W> {
    // The text of messages and rules is not trusted. `line` and `detail` escape it and are the only
    // functions that write.

    fn line(&mut self, label: &str, text: &str) -> io::Result<()> {
        let label = format!("{BOLD}{label}{BOLD:#}{:1$}", "", INDENT.saturating_sub(label.len()));
        writeln!(self.out, "{}", format!("{label}{}", display_safe(text)).trim_end())
    }

    /// Writes a line below one with a label.
    fn detail(&mut self, label: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "{:INDENT$}{label:INDENT$}{}", "", display_safe(text))
    }

    /// Writes a text and its normalized forms.
    fn reading(&mut self, text: &ExplainedField) -> io::Result<()> {
        let sent = self.view.request.text(text.field);
        let label = match text.field {
            Field::Content => "message",
            Field::Attribute(_) => "attr",
            Field::Sender(_) => "sender",
        };
        let mut first = String::new();
        if text.field != Field::Content {
            first = format!("{}=", display_safe(attribute_name(self.view.request, text.field)));
        }
        let rules = self.view.folder.engine.rules();
        let mut rows: Vec<Row<'_>> = Vec::new();
        let has_entries = rules.lists.iter().any(|list| list.has_entries());
        if has_entries {
            rows.push(("normalized", |cell| &cell.folded));
            if has_plain(rules) && text.view.cells.iter().any(|it| it.plain != it.folded) {
                rows.push(("plain", |cell| &cell.plain));
            }
        }
        if rules.rules.iter().any(|rule| !rule.patterns.is_empty()) {
            rows.push(("patterns", |cell| &cell.nfkc));
        }
        for piece in aligned(sent, &text.view.cells, &rows) {
            for (row, line) in piece {
                let (label, before) = match row {
                    "" => (label, first.clone()),
                    row => (row, " ".repeat(first.width())),
                };
                self.line(label, &format!("{before}{line}"))?;
            }
        }
        // Without entries these steps are not used.
        let steps = text.view.edits.iter().filter(|_| has_entries);
        let mut label = "steps";
        for line in steps.flat_map(|group| obfuscation(sent, group)) {
            self.line(label, &line)?;
            label = "";
        }
        Ok(())
    }

    fn explained_match(
        &mut self,
        text: &ExplainedField,
        matched: &ExplainedMatch,
    ) -> io::Result<()> {
        let view = self.view;
        let sent = view.request.text(text.field);
        let label = if !matched.suppressed_by.is_empty() {
            "suppressed"
        } else if matched.allowed_by().is_some() {
            "allowed"
        } else if !matched.inactive.is_empty() {
            "inactive"
        } else if matched.is_shadow {
            "shadow"
        } else {
            "match"
        };
        writeln!(self.out)?;
        let (line, underline) = excerpt(sent, &text.view.cells, matched.found.span);
        self.line(label, &line)?;
        self.line("", &underline)?;
        let (rule, location) = (view.rule(matched.found.rule), view.location(&matched.found));
        let what = match (matched.found.cause, &matched.detail) {
            (_, Some(MatchDetail::Link { denied_by, .. })) => {
                format!("deny = \"{denied_by}\"")
            }
            (Cause::Limit(measure), _) => {
                format!("{} = {}", measure.as_str(), view.source_text(location))
            }
            _ => view.source_text(location),
        };
        let place = view.place(location);
        self.detail(match_kind(&matched.found), &format!("{what}  {place}"))?;
        if let Some(language) = view.language(&matched.found) {
            self.detail("language", &format!("{language} ({})", language.name()))?;
        }
        match &matched.detail {
            Some(MatchDetail::Link { host, .. }) => self.detail("host", host)?,
            Some(MatchDetail::Limit { count, letters }) => {
                self.detail("counted", &counted(*count, *letters))?;
            }
            None => {}
        }
        self.detail("rule", &format!("{} ({})", rule.id, rule.action.as_str()))?;
        if matched.found.cover != matched.found.span && rule.action.rewrites() {
            let word = &sent[matched.found.cover.range()];
            self.detail("covers", &format!("the whole word, `{word}`: cover = \"word\""))?;
        }
        let mut label = "obfuscated";
        for line in matched.obfuscation.iter().flat_map(|group| obfuscation(sent, group)) {
            self.detail(label, &line)?;
            label = "";
        }
        for suppression in &matched.suppressed_by {
            let location = suppression.location(view.folder.engine.rules());
            let prefix = if view.has_exclamation_mark(suppression) { "! " } else { "" };
            let what = format!(
                "{prefix}{}  {}, matches `{}`",
                view.source_text(location),
                view.place(location),
                &sent[suppression.span.range()]
            );
            self.detail("exception", &what)?;
        }
        let mut label = "no effect";
        if let Some(pattern) = matched.allowed_by() {
            let what = format!("allowed by `allow = \"{pattern}\"`");
            self.detail(label, &what)?;
            label = "";
        }
        for &reason in &matched.inactive {
            self.detail(label, &view.reason(matched, reason))?;
            label = "";
        }
        if matched.is_shadow {
            let cause = view.mode_cause(matched, "shadow");
            self.detail(label, &format!("the rule is in shadow mode: {cause}"))?;
        }
        // That a category is on is the default.
        let switch = matched.switch.filter(|it| it.kind != SwitchKind::Category);
        if let (true, Some(switch)) = (matched.acts(), switch) {
            self.detail("switch", &view.switch(&switch))?;
        }
        if let (true, Some(rollout)) = (matched.acts(), rule.scope.rollout) {
            let place = view.place(rollout.location);
            let (percent, by) = (rollout.percent, rollout.by.as_str());
            let what = format!("rollout = {percent} includes this {by}  {place}");
            self.detail("rollout", &what)?;
        }
        Ok(())
    }

    /// Writes the verdict and its reasons.
    fn verdict(&mut self) -> io::Result<()> {
        let view = self.view;
        let (review, decision) = (&view.explanation.review, &view.explanation.decision);
        writeln!(self.out)?;
        self.line("verdict", review.verdict.as_str())?;
        if let Some(number) = view.explanation.exempt {
            let exempt = &view.folder.engine.rules().exempt[number];
            let why = view.exemption(exempt);
            return self.line(
                "",
                &format!(
                    "not reviewed: the sender is exempt: {why} (`[[exempt]]` table {} in rules.toml)",
                    number + 1
                ),
            );
        }
        if let (true, Verdict::Deny(rule)) = (review.oversized, &review.verdict) {
            let request = view.request;
            let whose = match request.attributes.is_too_large() {
                true => "the message",
                false => "the sender",
            };
            let why = format!(
                "denied without a search: the attributes of {whose} exceed {MAX_ATTRIBUTES} bytes as JSON, and \
                 rule {} searches them",
                view.rule(*rule).id
            );
            return self.line("", &why);
        }
        if let [first, rest @ ..] = decision.denying.as_slice() {
            let id = &view.rule(*first).id;
            self.line("", &format!("denied by rule {id}"))?;
            if !rest.is_empty() {
                let rest = self.ids(rest);
                self.line(
                    "",
                    &format!("also denied by {rest}; the reason is that of the first rule"),
                )?;
            }
            let others: Vec<_> =
                review.rules().into_iter().filter(|it| !decision.denying.contains(it)).collect();
            if !others.is_empty() {
                let others = self.ids(&others);
                self.line(
                    "",
                    &format!("a denial has priority over rewrites and tags: no effect of {others}"),
                )?;
            }
            if let Action::Deny { reason: None } = view.rule(*first).action {
                self.line("", "the rule has no reason, so the reply has none")?;
            }
            return Ok(());
        }
        let mut last = None;
        for round in &decision.rounds {
            self.round(round, last == Some(round.field))?;
            last = Some(round.field);
        }
        if let Some((field, rule)) = decision.denied_rewrite {
            let id = &view.rule(rule).id;
            let of_field = decision.rounds.iter().rfind(|round| round.field == field);
            let made = of_field.map_or("", |round| &round.after);
            return self
                .line("", &format!("denied by rule {id}, which matches the rewrite `{made}`"));
        }
        if review.did_not_converge {
            let why = match review.cut {
                true => "denied: a rule matches the rewrite, and the search budget is exhausted",
                false => "denied: rewriting did not converge",
            };
            return self.line("", why);
        }
        for tag in &decision.tags {
            let (id, name, text) = (&view.rule(tag.rule).id, &tag.name, &tag.text);
            let what = match tag.overridden_by {
                _ if review.tags_omitted || review.too_large => continue,
                None => format!("rule {id} adds the tag {name} = \"{text}\""),
                Some(first) => {
                    let first = &view.rule(first).id;
                    format!(
                        "tag {name} = \"{text}\" of rule {id} not added: rule {first} has priority"
                    )
                }
            };
            self.line("", &what)?;
        }
        for &(index, rule) in &decision.forged {
            let (name, id) = (view.request.attributes.nth(index).0, &view.rule(rule).id);
            self.line("", &format!("client-supplied `{name}` removed (reserved by rule {id})"))?;
        }
        for (applies, note) in [
            (review.tags_omitted, "tags omitted: the attributes would be too large"),
            (review.too_large, "denied: the rewritten attributes are too large for a reply"),
            (review.cut, cut_note(review.verdict.as_str())),
            (
                review.verdict == Verdict::Allow && review.matches().next().is_none(),
                "no active rule matched",
            ),
        ] {
            if applies {
                self.line("", note)?;
            }
        }
        Ok(())
    }

    fn round(&mut self, round: &Round, again: bool) -> io::Result<()> {
        let view = self.view;
        if again {
            self.line("", &format!("a rule matches the rewrite `{}`", round.before))?;
        }
        let of = match round.field {
            Field::Content => String::new(),
            field => format!(" in {}", view.field(field)),
        };
        if let Some(why) = round.fallback {
            self.line("", &format!("{}{of}", fallback(why, view.explanation.decision.max_length)))?;
        }
        for Cluster { span, rules, with } in &round.clusters {
            let part = &round.before[span.range()];
            let (what, winner) = match *with {
                SubstitutionKind::Mask(rule, style) => {
                    let id = &view.rule(rule).id;
                    (format!("rule {id} masks `{part}`{of} with {}", mask(style)), Some(rule))
                }
                SubstitutionKind::Replacement(rule) => {
                    (format!("rule {} replaces `{part}`{of}", view.rule(rule).id), Some(rule))
                }
                SubstitutionKind::Stars if round.fallback.is_some() => continue,
                SubstitutionKind::Stars => (format!("`{part}`{of} is replaced with stars"), None),
            };
            let others: Vec<_> = rules.iter().copied().filter(|&it| Some(it) != winner).collect();
            let replaces = |rule: &&RuleId| matches!(view.rule(**rule).action, Action::Replace(_));
            let others = match (others.is_empty(), *with) {
                (true, SubstitutionKind::Stars) => {
                    ": no match of its replacement contains the others".to_owned()
                }
                (true, _) => String::new(),
                (false, SubstitutionKind::Replacement(_)) => {
                    format!(": its match contains those of {}", self.ids(&others))
                }
                (false, SubstitutionKind::Stars) => {
                    format!(": no match of {} contains the others", self.ids(&others))
                }
                (false, SubstitutionKind::Mask(..)) if others.iter().any(|it| replaces(&it)) => {
                    format!(": no match of {} contains the others", self.ids(&others))
                }
                (false, SubstitutionKind::Mask(..)) => {
                    format!(
                        ": overlapping matches are one, and it has priority over {}",
                        self.ids(&others)
                    )
                }
            };
            self.line("", &format!("{what}{others}"))?;
        }
        Ok(())
    }

    fn ids(&self, rules: &[RuleId]) -> String {
        let ids: Vec<&str> = rules.iter().map(|&rule| self.view.rule(rule).id.as_str()).collect();
        ids.join(", ")
    }
}

/// Whether some entries are searched without obfuscation.
fn has_plain(rules: &Rules) -> bool {
    rules.rules.iter().any(|rule| rule.disguises == Disguises::None)
        || rules.lists.iter().flat_map(|list| &list.entries).any(|entry| entry.plain)
}
