// The rules in force: a short form in the bar, a banner when the saved ones are broken, and the tab "Rules".

import { byId, copyButton, element } from "./dom.js";
import { count } from "./words.js";

let shown = "";

/** Shows the rules of a state. `show` opens the tab. */
export function showRules({ rules, reviewedBy, invoke }, show) {
  const pill = byId("rules-pill");
  const broken = byId("broken");
  pill.onclick = show;
  if (reviewedBy === "invoke") {
    pill.className = "pill";
    pill.textContent = "Reviewed by a Lambda";
  } else {
    pill.className = `pill ${rules.errors ? "denied" : "delivered"}`;
    pill.textContent = rules.errors
      ? `${count(rules.errors, "error")} in the rules`
      : count(rules.rules, "rule");
  }
  broken.hidden = !rules.errors;
  const consequence = rules.isCurrent ? "invalid parts are skipped" : "the last good ones stay in force";
  broken.replaceChildren(
    `The saved rules have ${count(rules.errors, "error")}; ${consequence}. `,
    element("button.link", { type: "button", onclick: show }, "Show"));

  // The panel is only built again if the rules changed, so that a selection in it is kept.
  const now = JSON.stringify([rules, invoke]);
  if (now === shown) return;
  shown = now;
  byId("rules-state").replaceChildren(...panel(rules, invoke));
}

function panel(rules, invoke) {
  const facts = element("dl.facts", {},
    fact("Folder", element("code", {}, rules.folder)),
    fact("In force", `${count(rules.rules, "rule")}, ${count(rules.entries, "entry").replace(/entrys$/, "entries")}`),
    fact("Loaded", rules.generation === 1 ? "at start" : `${count(rules.generation - 1, "time")} since the start`),
    invoke ? fact("Reviewed by", element("code", {}, invoke)) : []);
  const problems = rules.diagnostics.length
    ? element("ul.cards", {}, rules.diagnostics.map(diagnostic))
    : element("p.note", {}, rules.isCurrent ? "No errors and no warnings." : rules.text);
  return [
    facts,
    element("p.note", {}, "A saved file is in force at the next message. A file with errors is not: the last good rules stay."),
    element("section", {}, element("h2", {}, "Diagnostics"), problems),
    rules.text && rules.diagnostics.length ? element("section", {},
      element("h2", {}, "As check prints them"),
      element("pre", { tabindex: "0", "aria-label": "Output of ivs-review check" }, rules.text)) : null,
  ].filter(Boolean);
}

function fact(term, value) {
  return [element("dt", {}, term), element("dd", {}, value)];
}

function diagnostic({ severity, code, file, line, column, message, help }) {
  const place = `${file}:${line}:${column}`;
  return element("li.card", {},
    element("p", {}, element(`span.chip.${severity === "error" ? "denied" : "changed"}`, {}, severity), " ", element("code", {}, code)),
    element("p.text", { dir: "auto" }, message),
    element("p.location-line", {}, element("span.location", {}, place), copyButton("Copy", place, { class: "quiet", "aria-label": `Copy ${place}` })),
    help.length ? element("ul.plain", {}, help.map((it) => element("li.note", { dir: "auto" }, `help: ${it}`))) : null);
}
