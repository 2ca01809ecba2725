// A message, as one person sees it: its text, its verdict, and what a moderator can do with it.

import { element, foreign, formatAttributes, hue, timeOfDay } from "./dom.js";
import { decider, duration, verdict } from "./words.js";

export class MessageRow {
  #time = element("span.time");
  #actions = element("span.row-actions");
  #attributes = element("p.row-attributes", { dir: "auto" });
  #error = element("p.row-error", { dir: "auto" });
  #verdict = element("button.verdict", { type: "button", tabindex: "-1", hidden: true });

  /** `explain(id, button)` is called when the verdict is clicked. */
  constructor(userId, content, explain) {
    this.text = foreign(content, "p.text");
    const name = element("span.name", { "data-hue": hue(userId) }, foreign(userId));
    this.root = element("div.row", {},
      element("p.row-head", {}, name, this.#time), this.#actions,
      this.text, this.#attributes, this.#error, this.#verdict);
    this.#verdict.addEventListener("click", () => explain(this.root.dataset.id, this.#verdict));
  }

  /** The message was sent, and neither it nor an error came back. */
  showPending() {
    this.root.classList.add("pending");
    this.#time.textContent = "sending…";
  }

  /** The room got the message. */
  showDelivered({ Id, Content, SendTime, Attributes }) {
    this.root.classList.remove("pending");
    this.root.dataset.id = Id;
    this.text.textContent = Content;
    this.#time.textContent = timeOfDay(SendTime);
    this.#attributes.textContent = formatAttributes(Attributes, " · ");
  }

  /** The room did not get the message, or it is not known. `id` is that of its review, if there was one. */
  showFailed(label, error, id) {
    this.root.classList.remove("pending");
    this.root.classList.add("undelivered");
    this.#time.textContent = label;
    this.#error.textContent = error;
    if (id) this.root.dataset.id = id;
  }

  showDeleted(reason) {
    this.root.classList.add("deleted");
    this.text.textContent = reason ? `Deleted: ${reason}` : "Deleted";
    this.#actions.replaceChildren();
  }

  showReview(review) {
    const { kind, label } = verdict(review);
    // A failure has its time in its words, and without a handler there is none.
    const hasTime = !review.failure && review.decidedBy !== "nothing";
    const parts = [label, decider(review), hasTime ? duration(review.microseconds) : ""].filter(Boolean);
    this.#verdict.className = `verdict ${kind}`;
    this.#verdict.replaceChildren(
      ...parts.map((part) => element("span", { dir: "auto" }, part)),
      element("i.visually-hidden", {}, ", explain"));
    this.#verdict.hidden = false;
  }

  addAction(label, act) {
    this.#actions.append(element("button.quiet", { type: "button", tabindex: "-1", onclick: act }, label));
  }
}
