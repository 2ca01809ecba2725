// How verdicts, times and reasons are called on this page.

/** The time of a review. */
export function duration(microseconds) {
  if (microseconds < 1000) return `${microseconds} µs`;
  const milliseconds = microseconds / 1000;
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

/** The outcome of a review: `kind` is the class that colors it, `label` its name. */
export function verdict(review) {
  const { outcome, decidedBy } = review;
  if (decidedBy === "fallback") {
    return outcome === "denied"
      ? { kind: "denied", label: "denied unreviewed" }
      : { kind: "fallback", label: "unreviewed" };
  }
  if (decidedBy === "nothing") return { kind: "fallback", label: "not reviewed" };
  return { kind: outcome, label: outcome };
}

/** The rules that decided, or what else did. */
export function decider(review) {
  if (review.failure) return review.failure;
  if (review.rules.length) return review.rules.join(", ");
  if (review.shadowRules.length) return `shadow: ${review.shadowRules.join(", ")}`;
  return review.decidedBy === "handler" ? "handler" : "";
}

const TRANSFORMS = {
  form: "other forms of letters",
  invisible: "invisible characters",
  marks: "accents and combining marks",
  stretching: "elongation",
  case: "capitals",
  symbols: "symbols as letters",
  "look-alikes": "look-alike letters",
  leet: "leet characters",
  repeats: "repeated letters",
  spacing: "spaced letters",
  hidden: "hidden letters",
  "run-together": "words run together",
  "repeated-word": "repeated word",
  split: "split word",
  swapped: "swapped letters",
  slip: "one slip",
};

/** The steps of a kind, as one line each: `leet characters: 3 read as e, 0 read as o`. */
export function transforms(steps) {
  const kinds = new Map();
  for (const { step, text, read } of steps) {
    const parts = kinds.get(step) ?? new Set();
    parts.add(part(step, text, read));
    kinds.set(step, parts);
  }
  return [...kinds].map(([step, parts]) => {
    const shown = [...parts].slice(0, 6);
    if (parts.size > shown.length) shown.push("…");
    return `${TRANSFORMS[step] ?? step}: ${shown.join(", ")}`;
  });
}

function part(step, text, read) {
  if (step === "case" || step === "repeats") return text;
  if (!read) return codePoints(text);
  return `${letter(text)} read as ${read}`;
}

/** A letter with its script, if it may look like a Latin letter. */
function letter(text) {
  if (Array.from(text).length > 1) return text;
  const script = ["Cyrillic", "Greek", "Armenian", "Cherokee"].find((it) => new RegExp(`\\p{Script=${it}}`, "u").test(text));
  return script ? `${script} ${text}` : text;
}

/** Characters that may be invisible, by their code points. */
export function codePoints(text) {
  return Array.from(text, (it) => `U+${it.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`).join(" ");
}

const INACTIVE = {
  exempt: "the sender is exempt",
  oversized: "the attributes are too large, so the message is denied without a search",
  off: "the rule is switched off",
  day: "the rule is not active on this day",
  "entry-day": "the entry is not active on this day",
  room: "the rule is for other rooms",
  sender: "the rule does not apply to this sender",
  field: "the rule searches other parts of a message",
  tag: "the attribute is reserved by a tag",
  "allowed-link": "the link is allowed",
};

export function inactiveReason(reason) {
  return INACTIVE[reason] ?? reason;
}

/** `1 error`, `2 errors`. */
export function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
