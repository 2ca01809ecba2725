// The tab "Reviews": a list of all reviews, and one of them in detail.

import { byId, element, foreign, hue, keepingEnd, marked, timeOfDay } from "./dom.js";
import { renderReview } from "./explanation.js";
import { rovingRows } from "./roving.js";
import { service } from "./service.js";
import { decider, duration, verdict } from "./words.js";

/** As many as the service keeps explanations of. */
const MAX_REVIEWS = 500;

export class Reviews {
  #byId = new Map();
  /** What had the focus when the detail was opened. */
  #opener = null;

  /**
   * `context`: `showPanel(id)` shows a tab; `onExplained(id)` is called with the message that is explained, and with
   * `null` when none is; `tryOut(review)` reviews variations of its message; `otherRoom(arn)` names a room that is not
   * shown.
   */
  constructor(context) {
    this.context = context;
    /** The message that is explained. */
    this.explained = null;
    this.empty = element("p.empty", {}, "Each message appears here when it is sent, with its verdict and what the room gets.");
    this.list = element("ol.review-list.scroll", { "aria-label": "Reviews", hidden: true });
    this.detail = element("div.detail.scroll", { hidden: true });
    byId("reviews").append(this.empty, this.list, this.detail);
    rovingRows(this.list, "li");
    byId("reviews").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.detail.hidden) this.close();
    });
  }

  get(id) {
    return this.#byId.get(id);
  }

  add(review) {
    this.#byId.set(review.id, review);
    this.empty.hidden = true;
    this.list.hidden = !this.detail.hidden;
    keepingEnd(this.list, () => this.list.append(this.#row(review)));
    if (this.#byId.size > MAX_REVIEWS) {
      const oldest = this.#byId.keys().next().value;
      this.#byId.delete(oldest);
      this.list.querySelector("li")?.remove();
    }
    if (!this.list.querySelector('button[tabindex="0"]')) this.list.querySelector("button").tabIndex = 0;
  }

  #row(review) {
    const { kind, label } = verdict(review);
    const spans = review.matches.filter((it) => it.field === "content" && !it.shadow).map((it) => it.codePoints);
    const isRewritten = review.delivered && review.delivered.content !== review.content;
    const button = element("button.review", { type: "button", tabindex: "-1" },
      element("span.review-head", {},
        element("span.name", { "data-hue": hue(review.userId) }, foreign(review.userId)),
        element("span.time", {}, timeOfDay(review.sendTime)),
        element(`span.chip.${kind}`, {}, label),
        element("span.time", {}, duration(review.microseconds))),
      marked(review.content, spans),
      isRewritten && element("span.text.after", { dir: "auto" }, review.delivered.content),
      element("span.by", { dir: "auto" }, [this.context.otherRoom(review.room), decider(review)].filter(Boolean).join(" · ")));
    button.addEventListener("click", () => this.open(review.id, button));
    return element("li", {}, button);
  }

  missed(number) {
    this.list.append(element("li.note", {}, `${number} reviews are not shown: the page was too slow.`));
  }

  async open(id, opener) {
    this.#opener = opener;
    this.explained = id;
    this.context.showPanel("reviews");
    const title = element("h2", { tabindex: "-1" }, "Review");
    const body = element("div.detail-body", {}, element("p.note", {}, "Loading…"));
    this.detail.replaceChildren(
      element("div.detail-head", {},
        element("button.quiet", { type: "button", onclick: () => this.close() }, "All reviews"), title),
      body);
    this.list.hidden = true;
    this.detail.hidden = false;
    this.detail.scrollTop = 0;
    title.focus({ preventScroll: true });
    try {
      const { review, explanation, rulesAreCurrent, explainedBy } = await service.explanation(id);
      title.replaceChildren(foreign(review.userId), ` at ${timeOfDay(review.sendTime)}`);
      body.replaceChildren(
        ...(rulesAreCurrent ? [] : [element("p.callout.changed", {}, `The rules have changed since this review. The explanation is by the rules ${explainedBy === "then" ? "of that time" : "in force now"}.`)]),
        ...(explanation ? [] : [element("p.note.unexplained", {}, "A function does not explain its verdicts. What if uses the rules of the folder.")]),
        ...renderReview(review, explanation, [
          element("button", { type: "button", onclick: () => this.context.tryOut(review) }, "Vary it"),
        ]));
    } catch (error) {
      const review = this.get(id);
      body.replaceChildren(
        element("p.callout.denied", {}, `No explanation: ${error.message}`),
        ...(review ? renderReview(review, null) : []));
    }
  }

  close() {
    this.explained = null;
    this.context.onExplained(null);
    this.detail.hidden = true;
    this.list.hidden = false;
    this.list.scrollTop = this.list.scrollHeight;
    if (this.#opener?.isConnected && this.#opener.offsetParent) this.#opener.focus();
    else this.list.querySelector("button")?.focus();
  }
}
