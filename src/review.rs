//! Reviews a message, from request to response: [`Reviewer`].

use std::borrow::Cow;
use std::ops::{Deref, Range};
use std::sync::Arc;

use jiff::civil::Date;

use crate::engine::{Engine, Match, Scratch};
use crate::ivs::{Attributes, Field, ReviewRequest, ReviewResponse};
pub use crate::policy::FieldMatches;
use crate::policy::{
    DecisionObserver, ReservedTags, ReviewContext, Rewrite, Search, Verdict, decide, reserved_by,
    rules_of,
};
use crate::rules::{Action, AttributeNames, FieldSelector, Rule, RuleId};

/// The reason of a denial without a rule: the search was cut, and `when_cut` denies.
const CUT_REASON: &str = "This message has too many symbols to be reviewed.";

/// The reason of a denial for attributes that are too large to be searched. The reason of a rule
/// would be wrong: the client or the application is at fault, not what the sender wrote.
const OVERSIZED: &str = "The attributes of this message or of its sender are too large.";

/// Reviews messages, one after another, with one engine.
#[derive(Debug)]
pub struct Reviewer<'e> {
    engine: EngineRef<'e>,
    scratch: Scratch,
    /// The fields that any rule searches.
    searched: FieldSelector,
    /// The rules that tag.
    tagging: Vec<RuleId>,
}

/// An engine that is borrowed or shared.
#[derive(Clone, Debug)]
pub(crate) enum EngineRef<'e> {
    Borrowed(&'e Engine),
    Shared(Arc<Engine>),
}

impl Deref for EngineRef<'_> {
    type Target = Engine;

    fn deref(&self) -> &Engine {
        match self {
            EngineRef::Borrowed(engine) => engine,
            EngineRef::Shared(engine) => engine,
        }
    }
}

/// The outcome of a review.
#[derive(Clone, Debug)]
pub struct Review {
    /// What happens to the message.
    pub verdict: Verdict,
    /// The matches in the message as sent, by field; only fields with matches.
    pub found: Vec<FieldMatches>,
    /// Not searched, because its sender is exempt.
    pub exempt: bool,
    /// Denied because rewriting did not converge.
    pub did_not_converge: bool,
    /// Denied because the attributes, with all required changes, are larger than a response may
    /// contain.
    pub too_large: bool,
    /// Denied without a search, because the attributes of the message or of its sender are too
    /// large to be searched and an active rule needs them.
    pub oversized: bool,
    /// Delivered without tags, because they do not fit into the attributes.
    pub tags_omitted: bool,
    /// The search was cut: not all readings of the message were tried, because that takes more
    /// steps than the budget has.
    pub cut: bool,
    /// The steps of the search budget that the review took, the same on every machine.
    pub steps: u32,
}

impl<'e> Reviewer<'e> {
    /// Creates a reviewer with the rules of an engine.
    pub fn new(engine: &'e Engine) -> Reviewer<'e> {
        Reviewer::of(EngineRef::Borrowed(engine))
    }

    /// Creates a reviewer that keeps its engine alive.
    pub fn shared(engine: Arc<Engine>) -> Reviewer<'e> {
        Reviewer::of(EngineRef::Shared(engine))
    }

    fn of(engine: EngineRef<'e>) -> Reviewer<'e> {
        let rules = engine.rules();
        let tagging =
            |(id, rule): (RuleId, &Rule)| matches!(rule.action, Action::Tag(_)).then_some(id);
        let searched = FieldSelector::union(rules.rules.iter().map(|rule| &rule.fields));
        let tagging = rules.enumerate_rules().filter_map(tagging).collect();
        Reviewer { engine, scratch: Scratch::default(), searched, tagging }
    }

    /// Drops the buffers, which may be inconsistent after a panic.
    pub fn reset(&mut self) {
        self.scratch = Scratch::default();
    }

    /// Reviews `request` with the rules that are active on `day` (UTC).
    ///
    /// The same request, rules and day always give the same review. A rewritten text is reviewed
    /// again until it no longer changes, so reviewing what was delivered changes nothing except
    /// tags, which are chosen by the text as sent. If rewriting does not converge, the message is
    /// denied.
    pub fn review(&mut self, request: &ReviewRequest<'_>, day: Date) -> Review {
        let engine = self.engine_ref();
        self.review_on(&ReviewContext::new(engine.rules(), request, Some(day)), &mut ())
    }

    /// Reviews the message of a context and reports each step of the decision to `observer`.
    pub(crate) fn review_on(
        &mut self,
        context: &ReviewContext<'_>,
        observer: &mut impl DecisionObserver,
    ) -> Review {
        let mut review = Review::allow();
        if context.exempt_by().is_some() {
            review.exempt = true;
            return review;
        }
        if let Some(rule) = context.oversized_for() {
            review.oversized = true;
            review.verdict = Verdict::Deny(rule);
            return review;
        }
        let reserved = self.reserved_tags(context);
        let mut search = Search::new(&self.engine, context, &mut self.scratch);
        let fields = fields(&self.searched, context.request, &reserved);
        review.found = fields.filter_map(|field| search.look(field)).collect();
        let decided = decide(&mut search, &review.found, &reserved, observer);
        review.verdict = decided.verdict;
        review.did_not_converge = decided.did_not_converge;
        review.too_large = decided.too_large;
        review.tags_omitted = decided.tags_omitted;
        review.cut = self.scratch.is_cut();
        review.steps = self.scratch.steps();
        review
    }

    /// The tags that rules set; empty for a message without attributes, where nothing is reserved.
    pub(crate) fn reserved_tags<'m>(&self, context: &ReviewContext<'m>) -> ReservedTags<'m> {
        let tagging = self.tagging.iter().filter(|_| !context.request.attributes.is_empty());
        tagging.filter_map(|&rule| Some((rule, context.tags_of(rule)?))).collect()
    }

    /// The engine, apart from the reviewer.
    pub(crate) fn engine_ref(&self) -> EngineRef<'e> {
        self.engine.clone()
    }

    /// Whether rewriting `text` converges in every field that rules search, on any day, in any room
    /// and for any sender.
    pub(crate) fn converges(&mut self, text: &str) -> bool {
        let names = match &self.searched.attributes {
            AttributeNames::All => vec!["*".to_owned()],
            AttributeNames::Listed(names) => names.clone(),
        };
        // Each in a request by itself, because together they may be too large to be searched.
        let as_attribute = |name: String| {
            let mut request = ReviewRequest::new("");
            request.attributes = [(name.into(), text.into())].into_iter().collect();
            request
        };
        let requests = names.into_iter().map(as_attribute).chain([ReviewRequest::new(text)]);
        let engine = self.engine_ref();
        let rules = engine.rules();
        let converges = |request: ReviewRequest<'_>| {
            let context = ReviewContext::anywhere(rules, &request);
            !self.review_on(&context, &mut ()).did_not_converge
        };
        requests.into_iter().all(converges)
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}

impl Review {
    fn allow() -> Review {
        Review {
            verdict: Verdict::Allow,
            found: Vec::new(),
            exempt: false,
            did_not_converge: false,
            too_large: false,
            oversized: false,
            tags_omitted: false,
            cut: false,
            steps: 0,
        }
    }

    /// Whether a rule matched (in shadow mode or not), the message is changed or denied, or the
    /// search was cut. A message may be changed without a match, to remove a forged tag.
    pub fn is_notable(&self) -> bool {
        !self.found.is_empty() || self.verdict != Verdict::Allow || self.cut
    }

    /// The matches of active rules in the message as sent.
    pub fn matches(&self) -> impl Iterator<Item = &Match> {
        self.found.iter().flat_map(|found| &found.matches)
    }

    /// The matches of rules in shadow mode.
    pub fn shadow(&self) -> impl Iterator<Item = &Match> {
        self.found.iter().flat_map(|found| &found.shadow)
    }

    /// The active rules that matched the message as sent, each once, in ascending order.
    pub fn rules(&self) -> Vec<RuleId> {
        rules_of(self.matches())
    }

    /// The rules in shadow mode that matched, each once, in ascending order.
    pub fn shadow_rules(&self) -> Vec<RuleId> {
        rules_of(self.shadow())
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

/// The fields of a message that rules search.
fn fields<'r>(
    searched: &'r FieldSelector,
    request: &'r ReviewRequest<'_>,
    reserved: &'r ReservedTags<'_>,
) -> impl Iterator<Item = Field> + 'r {
    // The value of a tag is not searched: a client's own is removed, and that of a rule was not
    // written by the sender.
    let is_searched = move |&number: &usize| {
        let name = request.attributes.nth(number).0;
        searched.attributes.contains(name) && reserved_by(reserved, name).is_none()
    };
    let of_sender =
        move |&number: &usize| searched.sender.contains(request.sender.attributes.nth(number).0);
    let content = searched.content.then_some(Field::Content);
    let attributes = readable(&request.attributes).filter(is_searched).map(Field::Attribute);
    let sender = readable(&request.sender.attributes).filter(of_sender).map(Field::Sender);
    content.into_iter().chain(attributes).chain(sender)
}

/// The indices of the attributes that are searched; an empty range if they are too large.
pub(crate) fn readable(attributes: &Attributes<'_>) -> Range<usize> {
    if attributes.is_too_large() { 0..0 } else { 0..attributes.len() }
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

    /// An engine with a list of 256 words that begin alike and have all rows of eight `a` or `b`.
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
        assert_eq!(parsed.diagnostics, [], "{manifest}");
        let (engine, problems) = Engine::compile(parsed.rules);
        assert_eq!(problems, [], "{manifest}");
        engine
    }

    /// A text whose search exhausts the budget, because each symbol may be either letter.
    fn storm(first: &str) -> String {
        first.to_owned() + " a*a*b*a*b" + &" a****aaaacdcd".repeat(34)
    }

    #[test]
    fn a_cut_search_is_reported_and_the_next_message_has_a_full_budget() {
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
    fn a_cut_search_denies_if_an_active_rule_may_deny_or_rewrite() {
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
            let reply = String::from_utf8(reply).expect("a reply is UTF-8");
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
    fn a_text_converges_unless_its_rewrites_match_again_and_again() {
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
                assert_eq!(reviewer.converges(text), expected, "{fields}: {text}");
            }
        }
    }

    #[test]
    fn a_rule_that_denies_takes_precedence_over_a_cut_search() {
        let engine = engine(&format!(
            "{MASK}[[rule]]\nid = \"deny\"\naction = \"deny\"\nterms = [\"bad\"]\nreason = \"no\"\n"
        ));
        let storm = storm("bad");
        let review = Reviewer::new(&engine).review(&ReviewRequest::new(&storm), DAY);
        assert_eq!((review.verdict, review.cut), (Verdict::Deny(RuleId(1)), true));
    }

    /// A rewrite creates new matches; once the search was cut, it is not rewritten again.
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
        for (content, verdict, did_not_converge, cut) in [
            ("bad".to_owned(), rewritten("good".to_owned()), false, false),
            (storm("bad"), Verdict::Deny(RuleId(1)), true, true),
            (storm("ugly"), rewritten(storm("plain")), false, true),
        ] {
            let review = reviewer.review(&ReviewRequest::new(&content), DAY);
            assert_eq!(
                (review.verdict, review.did_not_converge, review.cut),
                (verdict, did_not_converge, cut),
                "{content}"
            );
        }
    }
}
