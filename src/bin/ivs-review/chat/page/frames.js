// The tab "Frames": what was sent and received on the sockets of this page, unchanged.

import { byId, element, keepingEnd, timeOfDay } from "./dom.js";
import { raw } from "./explanation.js";

const MAX_FRAMES = 500;

export class Frames {
  #frames = [];

  constructor() {
    this.list = byId("frame-list");
    this.of = byId("frames-of");
    this.of.addEventListener("change", () => this.render());
    byId("frames-clear").addEventListener("click", () => {
      this.#frames = [];
      this.render();
    });
    this.render();
  }

  showPeople(people) {
    const selected = this.of.value;
    this.of.replaceChildren(element("option", { value: "" }, "everyone"),
      ...people.map(({ profile }) => element("option", { value: profile.userId }, profile.userId)));
    this.of.value = selected;
    if (this.of.selectedIndex < 0) this.of.value = "";
  }

  add(userId, { isSent, text, frame }) {
    const kept = { userId, isSent, text, frame, time: new Date() };
    this.#frames.push(kept);
    if (this.#frames.length > MAX_FRAMES) this.#frames.shift();
    if (this.of.value && this.of.value !== userId) return;
    this.list.querySelector(".empty")?.remove();
    keepingEnd(this.list, () => this.list.append(row(kept)));
    if (this.list.children.length > MAX_FRAMES) this.list.firstChild.remove();
  }

  render() {
    const shown = this.#frames.filter((it) => !this.of.value || it.userId === this.of.value);
    this.list.replaceChildren(...(shown.length
      ? shown.map(row)
      : [element("li.empty", {}, "Frames appear here as they are sent and received.")]));
    this.list.scrollTop = this.list.scrollHeight;
  }
}

function row({ userId, isSent, text, frame, time }) {
  const details = element("details.frame", {},
    element("summary", {},
      element("span.direction", { class: isSent ? "direction sent" : "direction" }, isSent ? "sent" : "received"),
      element("span.name", { dir: "auto" }, userId),
      element("span.time", {}, timeOfDay(time)),
      element("code.frame-text", { dir: "ltr" }, text)));
  // The long form is only built when it is opened.
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(raw("", frame).lastChild);
  });
  return element("li", {}, details);
}
