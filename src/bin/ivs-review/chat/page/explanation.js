// A review in detail: the message before and after, each match with its place in the rules, and the decision.

import { copyButton, element, foreign, formatAttributes, marked } from "./dom.js";
import { count, decider, duration, inactiveReason, transforms, verdict } from "./words.js";

/**
 * Renders a review, and its explanation if there is one: an object of `ivs-review explain --format json`.
 * `actions` are further buttons.
 */
export function renderReview(review, explanation, actions = []) {
  const isReviewed = review.decidedBy !== "fallback" && review.decidedBy !== "nothing";
  return [
    summary(review),
    comparison(review, explanation),
    explanation && !isReviewed && element("p.callout.changed", {}, "Not reviewed. The rules would have decided this:"),
    explanation && matches(review, explanation),
    explanation && reading(explanation),
    explanation && decision(explanation),
    samples(review, actions),
    explanation && raw(isReviewed ? "Reply of the handler" : "Reply of the rules", explanation.reply),
  ].filter(Boolean);
}

function summary(review) {
  const { kind, label } = verdict(review);
  return element("p.summary", {},
    element(`span.chip.${kind}`, {}, label),
    element("span.by", { dir: "auto" }, decider(review)),
    element("span.time", {}, duration(review.microseconds)));
}

/** What was sent, what the room gets, and what the sender gets instead. */
function comparison(review, explanation) {
  const content = explanation?.texts.find((text) => text.field === "content");
  const spans = content
    ? content.matches.filter((match) => match.acts).map((match) => match.code_points)
    : review.matches.filter((match) => match.field === "content" && !match.shadow).map((match) => match.codePoints);
  const list = element("dl.comparison");
  const add = (term, ...values) => list.append(element("dt", {}, term), ...values.map((it) => element("dd", {}, it)));
  add("Sent", marked(review.content, spans));
  if (review.delivered) {
    const isSame = review.delivered.content === review.content;
    if (isSame) add("Delivered", element("span.note", {}, "unchanged"));
    else add("Delivered", foreign(review.delivered.content, "span.text"));
    const attributes = formatAttributes(review.delivered.attributes, "\n");
    if (attributes) add("With", foreign(attributes, "span.text"));
  } else {
    add("Delivered", element("span.note", {}, "to no one"));
    add("Sender gets", foreign(`${review.errorCode} ${review.reason}`, "span.text"));
  }
  return list;
}

function matches(review, explanation) {
  const found = explanation.texts.flatMap((text) =>
    text.matches
      .filter((match) => !match.inactive.includes("field"))
      .map((match) => matchCard(text, match)));
  return element("section", {},
    element("h3", {}, found.length ? count(found.length, "match").replace(/matchs$/, "matches") : "No match"),
    found.length
      ? element("ul.cards", {}, found)
      : element("p.note", {}, "No entry, pattern, link, limit or kind of personal data of an active rule."));
}

function matchCard(text, match) {
  const effect = effectOf(match);
  const rows = element("dl.details");
  const add = (term, ...value) => rows.append(element("dt", {}, term), element("dd", {}, ...value));
  add(match.kind, ...source(match));
  add("rule", foreign(match.rule), ` (${match.action})`, effect ? element("span.chip.shadow", {}, effect) : "");
  if (match.link) add("host", foreign(match.link.host));
  if (match.counted) add("counted", countedText(match.counted));
  for (const line of transforms(match.obfuscation)) add("obfuscated", foreign(line));
  for (const by of match.suppressed_by) {
    add("exception", element("code", { dir: "auto" }, by.written), " ", location(by.location));
  }
  if (match.link?.allowed_by) add("no effect", "allowed by ", element("code", { dir: "auto" }, match.link.allowed_by));
  for (const reason of match.inactive.filter((it) => it !== "allowed-link")) add("no effect", inactiveReason(reason));
  if (match.switch) {
    const { written, mode, table } = match.switch;
    const place = table === "categories" ? "[categories]" : `${table.replace("room.", "")} of a [[room]]`;
    add("switch", element("code", { dir: "auto" }, `${written} = "${mode}"`), ` in ${place} `, location(match.switch.location));
  }
  if (match.rollout) {
    const { percent, by, included } = match.rollout;
    add("rollout", `${percent} % of the ${by}s, ${included ? "with" : "without"} this one `, location(match.rollout.location));
  }
  return element(`li.card${effect ? ".idle" : ""}`, {},
    text.field === "content" ? null : element("p.note", {}, foreign(text.field)),
    marked(text.text, [match.code_points], "p.text"),
    rows);
}

const MAX_SOURCE = 80;

function effectOf(match) {
  if (match.suppressed_by.length) return "suppressed";
  if (match.inactive.length) return "no effect";
  return match.shadow ? "shadow" : "";
}

/** What matched and where it is. Patterns can be long; they are folded up. */
function source(match) {
  let { written } = match;
  if (match.link) written = `deny = "${match.link.denied_by}"`;
  if (match.counted) written = `${match.counted.of} = ${written}`;
  const place = location(match.location);
  if (written.length <= MAX_SOURCE) return [element("code", { dir: "auto" }, written), " ", place];
  return [place, element("details", {}, element("summary", {}, "Show"), element("pre", { tabindex: "0", "aria-label": match.kind }, written))];
}

function countedText({ of, count: number, letters }) {
  return letters == null ? `${number} ${of}` : `${Math.round(number * 100)} % of ${letters} letters`;
}

/** `rules/lists/insults.txt:12:1`: the folder is quiet, file and line stand out, and it can be selected as one. */
function location(place) {
  const [, folder, rest] = place.match(/^(.*\/)?([^/]*)$/);
  return element("span.location", {}, element("span", {}, folder ?? ""), rest);
}

/** How the message was read, where that differs from what was sent. */
function reading(explanation) {
  const read = explanation.texts.filter((text) => text.steps.length);
  if (!read.length) return null;
  return element("section", {},
    element("h3", {}, "Read as"),
    read.map((text) => element("div.reading", {},
      text.field === "content" ? null : element("p.note", {}, foreign(text.field)),
      element("p.text.mono", { dir: "auto" }, visibleSeparators(text.folded)),
      element("ul.plain", {}, transforms(text.steps).map((line) => element("li.note", {}, foreign(line)))))));
}

/** Separators of the normalized text are control characters. */
function visibleSeparators(folded) {
  // eslint-disable-next-line no-control-regex
  return folded.replace(/[\u0001-\u0008]/g, " ");
}

function decision(explanation) {
  const lines = [];
  const say = (...parts) => lines.push(element("li", { dir: "auto" }, ...parts));
  const rule = (id) => element("b", { dir: "auto" }, id);
  if (explanation.exempt != null) say(`Not reviewed: the sender is exempt (table ${explanation.exempt} of [[exempt]]).`);
  if (explanation.oversized) say("Denied without a search: the attributes are too large.");
  const [first, ...others] = explanation.denied_by;
  if (first) say("Denied by ", rule(first), others.length ? `, also by ${others.join(", ")}.` : ".");
  for (const rewrite of explanation.rewrites) {
    if (rewrite.fallback) say(`All matches become stars: the rewrite would be ${REWRITE_FALLBACK[rewrite.fallback]}.`);
    for (const { text, with: how, by } of rewrite.substitutions) {
      if (by) say(rule(by), how === "replacement" ? " replaces " : " masks ", element("code", { dir: "auto" }, text), ".");
    }
  }
  if (explanation.rewrite_denied_by) say("Denied by ", rule(explanation.rewrite_denied_by), ", which matches the rewrite.");
  if (explanation.did_not_converge) say("Denied: rewriting did not converge.");
  for (const tag of explanation.tags) {
    const text = element("code", { dir: "auto" }, `${tag.name}=${tag.value}`);
    if (tag.overridden_by) say("Tag ", text, " of ", rule(tag.rule), " not added: ", rule(tag.overridden_by), " has priority.");
    else say(rule(tag.rule), " adds the attribute ", text, ".");
  }
  for (const { name, tag_of } of explanation.forged) say("Attribute ", element("code", { dir: "auto" }, name), " removed: reserved by ", rule(tag_of), ".");
  if (explanation.tags_omitted) say("Tags omitted: the attributes would be too large.");
  if (explanation.too_large) say("Denied: the rewritten attributes are too large for a reply.");
  if (explanation.cut) say("The search budget was exhausted: not all readings of the message were tried.");
  if (!lines.length) return null;
  return element("section", {}, element("h3", {}, "Decision"), element("ul.plain.decision", {}, lines));
}

const REWRITE_FALLBACK = { "too-long": "too long", empty: "empty" };

function samples(review, actions) {
  if (!review.samples) return actions.length ? element("p.try-out", {}, actions) : null;
  return element("section", {},
    element("h3", {}, "Keep as a sample"),
    element("p.note", {}, "A line for the list, which ", element("code", {}, "ivs-review check"), " tests from then on."),
    element("div.actions", {},
      copyButton("Copy “caught”", review.samples.caught, { title: review.samples.caught }),
      copyButton("Copy “ok”", review.samples.ok, { title: review.samples.ok }),
      actions));
}

export function raw(title, value) {
  return element("details.raw", {},
    element("summary", {}, title),
    element("pre", { tabindex: "0", "aria-label": title }, JSON.stringify(value, null, 2)));
}
