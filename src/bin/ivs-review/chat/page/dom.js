// Builds elements. Text of others only ever becomes a text node: this page has no `innerHTML`.

import { codePoints } from "./words.js";

/**
 * Creates an element: `element("p.note", { hidden: true }, "text", otherElement)`.
 * A property that begins with `on` is a listener, every other one an attribute; `true` is an attribute without
 * value, and `false`, `null` and `undefined` leave it out.
 */
export function element(selector, properties = {}, ...children) {
  const [name, ...classes] = selector.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value == null) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Text of others: isolated, so that its direction does not reorder the text around it. */
export function foreign(text, selector = "bdi") {
  return element(selector, { dir: "auto" }, text);
}

/**
 * The text with its matches marked, and with characters that are invisible or change the direction shown by their
 * code points. Ranges are in code points, as the server counts them; they may overlap.
 */
export function marked(text, ranges, selector = "span.text") {
  const characters = Array.from(text);
  const line = element(selector, { dir: "auto" });
  let at = 0;
  for (const { start, end } of merged(ranges)) {
    line.append(...visible(characters.slice(at, start).join("")));
    line.append(element("mark", {}, ...visible(characters.slice(start, end).join(""))));
    at = end;
  }
  line.append(...visible(characters.slice(at).join("")));
  return line;
}

/** Control and format characters, without line breaks, tabs and the joiners of emoji. */
const INVISIBLE = /((?![\n\t])\p{Cc}|(?!\u200D)\p{Cf}|(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D)/u;

function visible(text) {
  return text.split(INVISIBLE).map((part, index) =>
    index % 2 ? element("span.code-point", {}, codePoints(part)) : part);
}

function merged(ranges) {
  const result = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else result.push({ ...range });
  }
  return result;
}

/** A button that copies a text and confirms it in place; `text` may be a function. */
export function copyButton(label, text, properties = {}) {
  const button = element("button", { type: "button", ...properties }, element("span", {}, label));
  button.addEventListener("click", async () => {
    const done = await copy(typeof text === "function" ? text() : text);
    button.dataset.note = done ? "Copied" : "Copying is not allowed here";
    announce(button.dataset.note);
    setTimeout(() => delete button.dataset.note, 1500);
  });
  return button;
}

/** The clipboard is only available on a secure origin: loopback is one, an address of the local network is not. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Announces a text to screen readers. */
export function announce(text) {
  const announcer = byId("announcer");
  announcer.textContent = "";
  requestAnimationFrame(() => (announcer.textContent = text));
}

/** Parses `name=value` lines; empty lines are skipped. */
export function parseAttributes(text) {
  const attributes = {};
  for (const line of text.split("\n").map((it) => it.trim()).filter(Boolean)) {
    const at = line.indexOf("=");
    if (at < 1) throw new Error(`expected name=value, found “${line}”`);
    attributes[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return attributes;
}

export function formatAttributes(attributes, separator = "\n") {
  return Object.entries(attributes ?? {}).map(([name, value]) => `${name}=${value}`).join(separator);
}

/** One of six colors for a user ID, the same everywhere. */
export function hue(userId) {
  let sum = 0;
  for (const character of userId) sum = (sum * 31 + character.codePointAt(0)) % 6007;
  return sum % 6;
}

/** The time of day of an ISO time, with seconds. */
export function timeOfDay(iso) {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? "" : time.toLocaleTimeString([], { hourCycle: "h23" });
}

/**
 * Runs `change`, which adds to the end of a list, and keeps the end in view if it was.
 * Returns whether the end is in view.
 */
export function keepingEnd(scroller, change) {
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 48;
  change();
  if (atEnd) scroller.scrollTop = scroller.scrollHeight;
  return atEnd;
}
