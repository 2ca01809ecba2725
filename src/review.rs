//! A message from request to response: [`Reviewer`].

use std::borrow::Cow;
use std::ops::Range;

use jiff::civil::Date;

use crate::engine::{Engine, Match, Scratch};
use crate::ivs::{Attributes, Field, ReviewRequest, ReviewResponse};
use crate::policy::{
    Listener, Outcome, Rewrite, Stage, Standing, Verdict, attributes, denying, rewrite,
};
use crate::rules::{Action, Fields, Names, Rule, RuleId, WhenCut};

/// How often a rewrite is reviewed in its turn before it is given up.
///
/// Nearly always once: what is left of a message after a rewrite has no hits. Only rules that make
/// words out of what they rewrite need more, and signs that hide letters beside the stars of a mask.
const MAX_ROUNDS: usize = 4;

/// The reason of a denial without a rule: the search was cut, and `when_cut` says to deny.
const CUT_REASON: &str = "This message has too many symbols to be reviewed.";

/// The reason of a denial for attributes that are too large to be looked at. No rule has a reason for that:
/// the client or the application is at fault, and not what the sender wrote.
const OVERSIZED: &str = "The attributes of this message or of its sender are too large.";

/// Reviews messages, one after another, with one engine.
#[derive(Debug)]
pub struct Reviewer<'e> {
    engine: &'e Engine,
    scratch: Scratch,
    /// What any rule looks at.
    looked_at: Fields,
    /// The rules that tag.
    tagging: Vec<RuleId>,
    /// Whether the search for the message under way was cut in a text that a rule acts on.
    is_cut: bool,
}

/// The outcome of a review.
#[derive(Clone, Debug)]
pub struct Review {
    /// What becomes of the message.
    pub verdict: Verdict,
    /// Where rules hit in the message as it was sent, by text; only texts with a hit.
    pub found: Vec<Found>,
    /// Its sender is exempt, so that it was not looked at.
    pub exempt: bool,
    /// It was denied for want of a rewrite that its own rules leave alone.
    pub unsettled: bool,
    /// It was denied, since what had to be changed in its attributes left more of them than a reply
    /// may have.
    pub too_large: bool,
    /// It was denied unread, since it or its sender has more attributes than are looked at, and a rule that
    /// acts looks at them.
    pub oversized: bool,
    /// It is delivered without its tags, for which there was no room.
    pub tags_left_out: bool,
    /// The search was cut: not all readings of the message were tried, since they would have taken more steps
    /// than the budget has.
    pub cut: bool,
    /// The steps that the review took of the search budget, the same ones on every machine.
    pub steps: u32,
}

/// What hit in one of the texts of a message.
#[derive(Clone, Debug)]
pub struct Found {
    /// Which text.
    pub field: Field,
    /// Where rules hit, sorted by span.
    pub matches: Vec<Match>,
    /// Where rules hit that are on trial and change nothing, sorted by span.
    pub shadow: Vec<Match>,
}

/// Rules that tag, with their tags.
pub(crate) type Claims<'m> = Vec<(RuleId, &'m Attributes<'static>)>;

/// The rule that gives out a tag of that name, if one does.
pub(crate) fn claiming(claims: &Claims<'_>, name: &str) -> Option<RuleId> {
    claims.iter().find(|(_, tags)| tags.get(name).is_some()).map(|&(rule, _)| rule)
}

/// Why a text has no rewrite.
enum Stop {
    Denied(RuleId),
    Unsettled(RuleId),
}

impl<'e> Reviewer<'e> {
    /// A reviewer by the rules of that engine.
    pub fn new(engine: &'e Engine) -> Reviewer<'e> {
        let rules = engine.rules();
        let tagging =
            |(id, rule): (RuleId, &Rule)| matches!(rule.action, Action::Tag(_)).then_some(id);
        Reviewer {
            engine,
            scratch: Scratch::default(),
            looked_at: Fields::union(rules.rules.iter().map(|rule| &rule.fields)),
            tagging: rules.numbered().filter_map(tagging).collect(),
            is_cut: false,
        }
    }

    /// Reviews a message as on that day (UTC).
    ///
    /// The same request, rules and day always give the same review. A rewritten text is reviewed
    /// again until nothing in it is hit anymore or nothing changes, so that to review
    /// what was delivered changes nothing but tags, which are for what was sent; a message with a text
    /// that does not come to rest is denied.
    pub fn review(&mut self, request: &ReviewRequest<'_>, day: Date) -> Review {
        self.review_on(request, Some(day))
    }

    /// Reviews a message as on that day, or as on all days at once if none is given.
    pub(crate) fn review_on(&mut self, request: &ReviewRequest<'_>, day: Option<Date>) -> Review {
        self.review_to(request, day, &mut ())
    }

    /// The same, with each step from what hits to the verdict told to a listener.
    pub(crate) fn review_to(
        &mut self,
        request: &ReviewRequest<'_>,
        day: Option<Date>,
        listener: &mut impl Listener,
    ) -> Review {
        let stage = Stage::new(self.engine.rules(), request, day);
        let mut review = Review::allow();
        self.is_cut = false;
        self.scratch.begin_event();
        if stage.exempting().is_some() {
            review.exempt = true;
            return review;
        }
        if let Some(rule) = stage.oversizing() {
            review.oversized = true;
            review.verdict = Verdict::Deny(rule);
            return review;
        }
        if self.looked_at.content {
            self.look(&stage, Field::Content, &mut review);
        }
        let claims = self.claims(&stage);
        for number in readable(&request.attributes) {
            let name = request.attributes.nth(number).0;
            // The value of a tag is not looked at: a client's own is removed, and ours is none of
            // the sender's words.
            if self.looked_at.attributes.hold(name) && claiming(&claims, name).is_none() {
                self.look(&stage, Field::Attribute(number), &mut review);
            }
        }
        for number in readable(&request.sender.attributes) {
            if self.looked_at.sender.hold(request.sender.attributes.nth(number).0) {
                self.look(&stage, Field::Sender(number), &mut review);
            }
        }
        review.verdict = self.decide(&stage, &claims, &mut review, listener);
        review.cut = self.scratch.is_cut();
        review.steps = self.scratch.steps();
        review
    }

    /// The tags that rules give out; nothing to a message without attributes, which has none of them.
    pub(crate) fn claims<'m>(&self, stage: &Stage<'m>) -> Claims<'m> {
        let tagging = self.tagging.iter().filter(|_| !stage.request.attributes.is_empty());
        tagging.filter_map(|&rule| Some((rule, stage.claims(rule)?))).collect()
    }

    /// Whether the rules leave alone what they make of a text, wherever they look at it and on all
    /// days at once.
    pub(crate) fn comes_to_rest(&mut self, text: &str) -> bool {
        let names = match &self.looked_at.attributes {
            Names::All => vec!["*".to_owned()],
            Names::These(names) => names.clone(),
        };
        // Each by itself: together they may be too large to be looked at.
        let as_attribute = |name: String| {
            let mut request = ReviewRequest::new("");
            request.attributes = [(name.into(), text.into())].into_iter().collect();
            request
        };
        let requests = names.into_iter().map(as_attribute).chain([ReviewRequest::new(text)]);
        requests.into_iter().all(|request| !self.review_on(&request, None).unsettled)
    }

    /// Adds to a review what hits in a field.
    fn look(&mut self, stage: &Stage<'_>, field: Field, review: &mut Review) {
        let found = self.find(stage, field, stage.request.text(field));
        if !(found.matches.is_empty() && found.shadow.is_empty()) {
            review.found.push(found);
        }
    }

    /// What hits in a text if it stands in that field.
    fn find(&mut self, stage: &Stage<'_>, field: Field, text: &str) -> Found {
        let mut matches = self.engine.find_more(text, stage.day, &mut self.scratch);
        self.is_cut |= stage.is_cut_by(self.scratch.text_cut(), field);
        let mut shadow = Vec::new();
        matches.retain(|found| {
            let standing = stage.standing(found.rule, field);
            if standing == Standing::Shadow {
                shadow.push(found.clone());
            }
            standing == Standing::Live
        });
        Found { field, matches, shadow }
    }

    fn decide(
        &mut self,
        stage: &Stage<'_>,
        claims: &Claims<'_>,
        review: &mut Review,
        listener: &mut impl Listener,
    ) -> Verdict {
        if let Some(rule) = denying(stage.rules, review.matches()) {
            return Verdict::Deny(rule);
        }
        if self.must_deny_cut(stage) {
            return Verdict::DenyCut;
        }
        let mut content = None;
        let mut rewritten = Vec::new();
        let mut stops = Vec::new();
        for Found { field, matches, .. } in &review.found {
            listener.turns_to(*field);
            let settled = match *field {
                Field::Content => {
                    self.settle(stage, *field, matches, listener).map(|text| content = text)
                }
                Field::Attribute(number) => self
                    .settle(stage, *field, matches, listener)
                    .map(|text| rewritten.extend(text.map(|text| (number, text)))),
                Field::Sender(_) => Ok(()),
            };
            stops.extend(settled.err());
        }
        let denied = stops.iter().filter_map(|stop| match stop {
            Stop::Denied(rule) => Some(*rule),
            Stop::Unsettled(_) => None,
        });
        if let Some(rule) = denied.min() {
            return Verdict::Deny(rule);
        }
        if self.must_deny_cut(stage) {
            return Verdict::DenyCut;
        }
        if let Some(Stop::Unsettled(rule)) = stops.first() {
            review.unsettled = true;
            return Verdict::Deny(*rule);
        }

        let rules = review.rules();
        let tags: Vec<_> = rules.iter().filter_map(|&rule| stage.claims(rule)).collect();
        let own = &stage.request.attributes;
        let forged = own.iter().find_map(|(name, _)| claiming(claims, name));
        let Some(cause) = rules.first().copied().or(forged) else { return Verdict::Allow };
        if tags.is_empty() && rewritten.is_empty() && forged.is_none() {
            return Verdict::rewrite(content, None);
        }
        let claimed = |name: &str| claiming(claims, name).is_some();
        let (outcome, left_out) = attributes(own, claimed, &rewritten, &tags);
        let attributes = match outcome {
            Outcome::Unchanged => None,
            Outcome::Changed(new) => Some(new),
            Outcome::TooLarge => {
                review.too_large = true;
                return Verdict::Deny(cause);
            }
        };
        review.tags_left_out = left_out;
        Verdict::rewrite(content, attributes)
    }

    /// Whether a message is denied since its search was cut.
    fn must_deny_cut(&self, stage: &Stage<'_>) -> bool {
        self.is_cut && stage.rules.settings.when_cut == WhenCut::Deny
    }

    /// Rewrites a text until its own rules leave it alone; `None` if they leave it as it was sent. Once the
    /// search was cut, it is rewritten no more: what is left of the budget would not find all that is left.
    fn settle(
        &mut self,
        stage: &Stage<'_>,
        field: Field,
        matches: &[Match],
        listener: &mut impl Listener,
    ) -> Result<Option<String>, Stop> {
        let longest = stage.longest();
        let sent = stage.request.text(field);
        let Some(mut text) = rewrite(stage.rules, sent, matches, longest, listener) else {
            return Ok(None);
        };
        for _ in 0..MAX_ROUNDS {
            let again = self.find(stage, field, &text).matches;
            if self.scratch.is_cut() && !again.is_empty() {
                break;
            }
            if let Some(rule) = denying(stage.rules, again.iter()) {
                listener.denies(rule);
                return Err(Stop::Denied(rule));
            }
            match rewrite(stage.rules, &text, &again, longest, listener) {
                Some(next) => text = next,
                None => return Ok(Some(text)),
            }
        }
        Err(Stop::Unsettled(matches[0].rule))
    }

    /// The engine.
    pub fn engine(&self) -> &'e Engine {
        self.engine
    }
}

impl Review {
    fn allow() -> Review {
        Review {
            verdict: Verdict::Allow,
            found: Vec::new(),
            exempt: false,
            unsettled: false,
            too_large: false,
            oversized: false,
            tags_left_out: false,
            cut: false,
            steps: 0,
        }
    }

    /// Whether a rule hit, one on trial included, or something becomes of the message all the same,
    /// as of one with a forged tag; or the search was cut.
    pub fn is_notable(&self) -> bool {
        !self.found.is_empty() || self.verdict != Verdict::Allow || self.cut
    }

    /// Where rules hit in the message as it was sent, those on trial left out.
    pub fn matches(&self) -> impl Iterator<Item = &Match> {
        self.found.iter().flat_map(|found| &found.matches)
    }

    /// Where rules on trial hit.
    pub fn shadow(&self) -> impl Iterator<Item = &Match> {
        self.found.iter().flat_map(|found| &found.shadow)
    }

    /// The rules that hit in the message as it was sent, each once, in their order.
    pub fn rules(&self) -> Vec<RuleId> {
        rules(self.matches())
    }

    /// The same of rules on trial.
    pub fn shadow_rules(&self) -> Vec<RuleId> {
        rules(self.shadow())
    }

    /// The response to the request that was reviewed.
    pub fn into_response<'a>(
        self,
        engine: &'a Engine,
        request: ReviewRequest<'a>,
    ) -> ReviewResponse<'a> {
        match self.verdict {
            Verdict::Allow => ReviewResponse::allow(request.content, None),
            Verdict::Rewrite(Rewrite { content, attributes }) => {
                ReviewResponse::allow(content.map_or(request.content, Cow::Owned), attributes)
            }
            Verdict::DenyCut => ReviewResponse::deny(request.content, Some(CUT_REASON)),
            Verdict::Deny(_) if self.oversized => {
                ReviewResponse::deny(request.content, Some(OVERSIZED))
            }
            Verdict::Deny(rule) => {
                let reason = match &engine.rules().rule(rule).action {
                    Action::Deny { reason } => reason.as_deref(),
                    Action::Mask(_) | Action::Replace(_) | Action::Tag(_) => None,
                };
                ReviewResponse::deny(request.content, reason)
            }
        }
    }
}

/// The numbers of the attributes that are looked at: all, or none if they are too large.
pub(crate) fn readable(attributes: &Attributes<'_>) -> Range<usize> {
    if attributes.is_too_large() { 0..0 } else { 0..attributes.len() }
}

/// The rules of some matches, each once, in their order.
fn rules<'m>(matches: impl Iterator<Item = &'m Match>) -> Vec<RuleId> {
    let mut rules: Vec<_> = matches.map(|found| found.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::engine::MAX_STEPS;
    use crate::rules;
    use crate::source::{Source, Sources};

    const DAY: Date = date(2026, 6, 30);

    const MASK: &str = "[[rule]]\nid = \"mask\"\naction = \"mask\"\nlists = [\"words.txt\"]\n";

    /// An engine of rules that can use a list of 256 words, which start alike and have any eight letters of `a` and `b`.
    fn engine(manifest: &str) -> Engine {
        let word = |number: u32| -> String {
            (0..8).map(|bit| if number >> bit & 1 == 0 { 'a' } else { 'b' }).collect()
        };
        let words: String = (0..256).map(|number| format!("a{}cdcdcd\n", word(number))).collect();
        let mut sources = Sources::default();
        for (path, text) in
            [("rules.toml", format!("version = 1\n{manifest}")), ("words.txt", words)]
        {
            sources.push(Source { path: path.into(), content: Ok(text.into_bytes()) });
        }
        let parsed = rules::parse(&sources);
        assert_eq!(parsed.problems, [], "{manifest}");
        let (engine, problems) = Engine::compile(parsed.rules);
        assert_eq!(problems, [], "{manifest}");
        engine
    }

    /// A text whose search exhausts the budget: each symbol may be either letter.
    fn storm(first: &str) -> String {
        first.to_owned() + " a*a*b*a*b" + &" a****aaaacdcd".repeat(34)
    }

    #[test]
    fn a_cut_search_is_reported_and_the_next_message_has_a_budget_of_its_own() {
        let engine = engine(MASK);
        let mut reviewer = Reviewer::new(&engine);
        let storm = storm("hello");
        let plain = reviewer.review(&ReviewRequest::new("hello"), DAY);
        let cut = reviewer.review(&ReviewRequest::new(&storm), DAY);
        let again = reviewer.review(&ReviewRequest::new(&storm), DAY);
        let next = reviewer.review(&ReviewRequest::new("hello"), DAY);
        for (review, is_cut) in [(&plain, false), (&cut, true), (&again, true), (&next, false)] {
            assert_eq!((review.cut, review.is_notable()), (is_cut, is_cut));
        }
        assert_eq!((cut.steps, plain.steps), (again.steps, next.steps));
        assert!(plain.steps < 100, "{}", plain.steps);
        assert!(cut.steps > MAX_STEPS / 4 && cut.steps <= MAX_STEPS, "{}", cut.steps);
    }

    #[test]
    fn a_cut_search_denies_where_a_rule_that_acts_searched_the_text() {
        const TAG: &str = "[[rule]]\nid = \"tag\"\naction = \"tag\"\ntag = { t = \"x\" }\n\
            lists = [\"words.txt\"]\n";
        const LIMIT: &str = "[[rule]]\nid = \"emoji\"\naction = \"deny\"\nlimit = { emoji = 2 }\n";
        let pattern = "[[rule]]\nid = \"p\"\naction = \"mask\"\npatterns = ['zzz\\d']\n";
        let allow = format!("[settings]\nwhen_cut = \"allow\"\n{MASK}");
        for (manifest, denied) in [
            (MASK.to_owned(), true),
            (format!("[settings]\nwhen_cut = \"deny\"\n{MASK}"), true),
            (allow, false),
            (format!("{MASK}mode = \"shadow\"\n"), false),
            (format!("{TAG}{MASK}fields = [\"attributes.name\"]\n"), false),
            (TAG.to_owned(), false),
            (format!("{TAG}{pattern}"), false),
            (format!("{TAG}{LIMIT}"), false),
        ] {
            let engine = engine(&manifest);
            let storm = storm("hello");
            let request = ReviewRequest::new(&storm);
            let review = Reviewer::new(&engine).review(&request, DAY);
            let expected = if denied { Verdict::DenyCut } else { Verdict::Allow };
            assert_eq!((&review.verdict, review.cut), (&expected, true), "{manifest}");
            let reply = review.into_response(&engine, request).to_json();
            let reply = String::from_utf8(reply).expect("a reply is text");
            assert_eq!(reply.contains("\"DENY\""), denied, "{reply}");
            assert_eq!(reply.contains(CUT_REASON), denied, "{reply}");
        }
    }

    #[test]
    fn a_review_is_notable_if_a_rule_matched_or_the_message_is_changed() {
        const BAD: &str = "[[rule]]\nid = \"a\"\nterms = [\"bad\"]\nlists = [\"words.txt\"]\n";
        let tag = "action = \"tag\"\ntag = { t = \"x\" }\n";
        for (rule, content, forged, verdict, notable) in [
            ("action = \"mask\"\n", "hello", false, "allow", false),
            ("action = \"mask\"\n", "bad", false, "rewrite", true),
            ("action = \"deny\"\n", "bad", false, "deny", true),
            ("action = \"mask\"\nmode = \"shadow\"\n", "bad", false, "allow", true),
            (tag, "hello", false, "allow", false),
            (tag, "hello", true, "rewrite", true),
        ] {
            let engine = engine(&format!("{BAD}{rule}"));
            let mut request = ReviewRequest::new(content);
            if forged {
                request.attributes = [("t".into(), "x".into())].into_iter().collect();
            }
            let review = Reviewer::new(&engine).review(&request, DAY);
            assert_eq!(
                (review.verdict.as_str(), review.is_notable()),
                (verdict, notable),
                "{rule}: {content}"
            );
        }
    }

    #[test]
    fn a_text_comes_to_rest_unless_its_rewrites_match_again_and_again() {
        let replace = |id: &str, term: &str, with: &str, fields: &str| {
            format!(
                "[[rule]]\nid = \"{id}\"\naction = \"replace\"\nwith = \"{with}\"\nterms = [\"{term}\"]\nfields = [\"{fields}\"]\n"
            )
        };
        for fields in ["content", "attributes.name", "attributes.*"] {
            let rules = [
                MASK,
                &replace("there", "left", "right", fields),
                &replace("back", "right", "left", fields),
                &replace("once", "bad", "good", fields),
            ];
            let engine = engine(&rules.concat());
            let mut reviewer = Reviewer::new(&engine);
            for (text, expected) in
                [("hello", true), ("bad", true), ("left", false), ("bad right", false)]
            {
                assert_eq!(reviewer.comes_to_rest(text), expected, "{fields}: {text}");
            }
        }
    }

    #[test]
    fn a_rule_that_denies_goes_before_a_cut_search() {
        let engine = engine(&format!(
            "{MASK}[[rule]]\nid = \"deny\"\naction = \"deny\"\nterms = [\"bad\"]\nreason = \"no\"\n"
        ));
        let storm = storm("bad");
        let review = Reviewer::new(&engine).review(&ReviewRequest::new(&storm), DAY);
        assert_eq!((review.verdict, review.cut), (Verdict::Deny(RuleId(1)), true));
    }

    /// A rewrite makes words that the rules match again; once the search is cut, it is not rewritten again.
    #[test]
    fn a_text_whose_search_was_cut_is_rewritten_once() {
        let replace = |id: &str, term: &str, with: &str| {
            format!(
                "[[rule]]\nid = \"{id}\"\naction = \"replace\"\nwith = \"{with}\"\nterms = [\"{term}\"]\n"
            )
        };
        let rules = [
            "[settings]\nwhen_cut = \"allow\"\n",
            MASK,
            &replace("first", "bad", "worse"),
            &replace("second", "worse", "good"),
            &replace("third", "ugly", "plain"),
        ];
        let engine = engine(&rules.concat());
        let mut reviewer = Reviewer::new(&engine);
        let rewritten = |content: String| {
            Verdict::Rewrite(Rewrite { content: Some(content), attributes: None })
        };
        for (content, verdict, unsettled, cut) in [
            ("bad".to_owned(), rewritten("good".to_owned()), false, false),
            (storm("bad"), Verdict::Deny(RuleId(1)), true, true),
            (storm("ugly"), rewritten(storm("plain")), false, true),
        ] {
            let review = reviewer.review(&ReviewRequest::new(&content), DAY);
            assert_eq!(
                (review.verdict, review.unsettled, review.cut),
                (verdict, unsettled, cut),
                "{content}"
            );
        }
    }
}
