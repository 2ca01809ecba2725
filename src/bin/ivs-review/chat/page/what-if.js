// The tab "What if": reviews a message without sending it.

import { byId, element } from "./dom.js";
import { renderReview } from "./explanation.js";
import { service } from "./service.js";
import { verdict } from "./words.js";

const DELAY_MILLISECONDS = 120;

export class WhatIf {
  #timer = 0;
  #latest = 0;

  /** `people()` are those whose attributes can be used. */
  constructor(people, room) {
    this.people = people;
    this.room = room;
    this.text = byId("what-if-text");
    this.sender = byId("what-if-sender");
    this.text.addEventListener("input", () => this.schedule());
    this.sender.addEventListener("change", () => this.review());
    byId("what-if-form").addEventListener("submit", (event) => event.preventDefault());
    this.showEmpty();
  }

  showPeople() {
    const selected = this.sender.selectedIndex;
    this.sender.replaceChildren(
      ...this.people().map((person, index) => element("option", { value: index }, person.profile.userId)));
    this.sender.selectedIndex = Math.min(Math.max(selected, 0), this.sender.options.length - 1);
  }

  /** Begins with a message that was reviewed. */
  tryOut({ content, userId }) {
    this.text.value = content;
    const index = this.people().findIndex((person) => person.profile.userId === userId);
    if (index >= 0) this.sender.selectedIndex = index;
    this.review();
    requestAnimationFrame(() => this.text.focus());
  }

  schedule() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.review(), DELAY_MILLISECONDS);
  }

  async review() {
    const content = this.text.value;
    const profile = this.people()[this.sender.selectedIndex]?.profile;
    const latest = (this.#latest += 1);
    if (content === "") return this.showEmpty();
    try {
      const review = await service.whatIf({
        room: this.room(),
        content,
        attributes: profile?.messageAttributes,
        sender: profile && { userId: profile.userId, attributes: profile.attributes },
      });
      // An answer to older text that comes late.
      if (latest !== this.#latest) return;
      byId("what-if-result").replaceChildren(...renderReview(review, review.explanation));
      byId("what-if-status").textContent = verdict(review).label;
    } catch (error) {
      if (latest === this.#latest) {
        byId("what-if-result").replaceChildren(element("p.callout.denied", { role: "alert" }, error.message));
      }
    }
  }

  showEmpty() {
    byId("what-if-status").textContent = "";
    byId("what-if-result").replaceChildren(
      element("p.empty", {}, "Type a message to see its verdict, its matches, and how it was read."));
  }
}
