// What one person sees of the room, and where the person writes.

import { announce, element, foreign, formatAttributes, hue, keepingEnd } from "./dom.js";
import { MessageRow } from "./message-row.js";
import { rovingRows } from "./roving.js";

const MAX_ROWS = 400;

export class Pane {
  /** `context`: `reviews`, `maximumLength()`, and what the pane asks for: `explain(id, button)`, `edit(person)`. */
  constructor(person, context) {
    this.person = person;
    this.context = context;
    /** Rows of messages by id, and of messages that were sent by RequestId. */
    this.rows = new Map();
    this.pending = new Map();
    this.lastSent = "";
    this.build();
    this.showProfile();
    this.showStatus();
    person.addEventListener("status", () => this.showStatus());
    person.addEventListener("message", (event) => this.receive(event.detail));
    person.addEventListener("event", (event) => this.receiveEvent(event.detail));
    person.addEventListener("error", (event) => this.receiveError(event.detail));
  }

  build() {
    this.avatar = element("span.avatar", { "aria-hidden": "true" });
    this.name = element("h2");
    this.role = element("p.role");
    this.editButton = element("button.quiet", { type: "button", onclick: () => this.context.edit(this.person) }, "Edit");

    this.empty = element("p.empty", {}, "No messages yet.");
    this.log = element("div.log", { role: "log", tabindex: "0", "aria-live": "off" }, this.empty);
    this.log.addEventListener("scroll", () => this.showBelow());
    rovingRows(this.log, ".row");
    this.below = element("button.below", { type: "button", hidden: true, onclick: () => this.toEnd() }, "New messages");

    this.input = element("textarea", {
      rows: "1",
      dir: "auto",
      autocomplete: "off",
      spellcheck: "false",
      placeholder: "Message",
      enterkeyhint: "send",
    });
    this.input.addEventListener("input", () => this.showLength());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.length = element("span.length", { "aria-hidden": "true" });
    this.sendButton = element("button.primary", { type: "submit" }, "Send");
    this.composer = element("form.composer", { onsubmit: (event) => this.submit(event) },
      this.input, this.length, this.sendButton);

    this.endedNote = element("span");
    this.connectButton = element("button", { type: "button", onclick: () => this.person.connect() }, "Connect again");
    this.ended = element("div.ended", { role: "status" }, this.endedNote, this.connectButton);

    this.root = element("section.pane", {},
      element("header.pane-head", {}, this.avatar, element("div.who", {}, this.name, this.role), this.editButton),
      element("div.log-frame", {}, this.log, this.below),
      element("footer.pane-foot", {}, this.composer, this.ended));
    // A screen reader announces the messages of one person only: of the one that is in use.
    this.root.addEventListener("focusin", () => this.log.setAttribute("aria-live", "polite"));
    this.root.addEventListener("focusout", () => this.log.setAttribute("aria-live", "off"));
  }

  showProfile() {
    const { userId, attributes } = this.person.profile;
    this.avatar.textContent = userId.match(/[\p{L}\p{N}]/u)?.[0].toUpperCase() ?? "";
    this.avatar.dataset.hue = hue(userId);
    this.name.replaceChildren(foreign(userId));
    const parts = [formatAttributes(attributes, " · ") || "no attributes"];
    if (!this.person.can("SEND_MESSAGE")) parts.push("cannot send");
    const [deletes, disconnects] = ["DELETE_MESSAGE", "DISCONNECT_USER"].map((it) => this.person.can(it));
    if (deletes && disconnects) parts.push("moderates");
    else if (deletes || disconnects) parts.push(deletes ? "deletes" : "disconnects");
    this.role.textContent = parts.join(" · ");
    this.role.title = this.role.textContent;
    this.root.setAttribute("aria-label", `Chat as ${userId}`);
    this.log.setAttribute("aria-label", `Messages that ${userId} sees`);
    this.input.setAttribute("aria-label", `Message as ${userId}`);
    this.editButton.setAttribute("aria-label", `Edit ${userId}`);
  }

  showStatus() {
    const { status, note } = this.person;
    this.root.dataset.status = status;
    const isOver = status === "ended";
    const hadFocus = this.root.querySelector(".pane-foot").contains(document.activeElement);
    this.composer.hidden = isOver;
    this.ended.hidden = !isOver;
    this.endedNote.textContent = note;
    if (hadFocus) (isOver ? this.connectButton : this.input).focus();
    this.sendButton.disabled = status !== "connected";
    this.input.placeholder = { connecting: "Connecting…", lost: "Reconnecting…" }[status] ?? "Message";
    if (status !== "connected") {
      for (const row of this.pending.values()) {
        row.showFailed("unknown", "No answer: the connection ended before the review did.");
      }
      this.pending.clear();
    }
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.composer.requestSubmit();
    } else if (event.key === "ArrowUp" && this.input.value === "" && this.lastSent) {
      event.preventDefault();
      this.input.value = this.lastSent;
      this.showLength();
    }
  }

  submit(event) {
    event.preventDefault();
    const content = this.input.value;
    if (content === "" || this.person.status !== "connected") return;
    const row = new MessageRow(this.person.profile.userId, content, this.context.explain);
    row.showPending();
    this.pending.set(this.person.send(content), row);
    this.append(row.root, true);
    this.lastSent = content;
    this.input.value = "";
    this.showLength();
  }

  showLength() {
    // The height follows the text, up to the limit in the style sheet.
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
    const [length, maximum] = [Array.from(this.input.value).length, this.context.maximumLength()];
    this.length.textContent = length > maximum * 0.8 ? `${length}/${maximum}` : "";
    this.length.classList.toggle("over", length > maximum);
  }

  receive(frame) {
    // Other senders choose their own RequestIds.
    const isMine = frame.Sender.UserId === this.person.profile.userId;
    const own = isMine ? this.pending.get(frame.RequestId) : undefined;
    if (own) this.pending.delete(frame.RequestId);
    const row = own ?? new MessageRow(frame.Sender.UserId, frame.Content, this.context.explain);
    keepingEnd(this.log, () => row.showDelivered(frame));
    this.rows.set(frame.Id, row);
    this.addActions(row, frame);
    if (!own) this.append(row.root);
    this.showReview(this.context.reviews.get(frame.Id));
  }

  receiveError(frame) {
    const row = this.pending.get(frame.RequestId);
    this.pending.delete(frame.RequestId);
    const text = `${frame.ErrorCode}: ${frame.ErrorMessage}`;
    announce(`${this.person.profile.userId}: ${text}`);
    if (!row) {
      this.append(element("p.event.denied", { dir: "auto" }, `Error ${text}`));
      return;
    }
    keepingEnd(this.log, () => row.showFailed("not delivered", text, frame.Id));
    this.rows.set(frame.Id, row);
    this.showReview(this.context.reviews.get(frame.Id));
  }

  receiveEvent({ EventName, Attributes }) {
    // A server can send events of any name and attributes.
    const { MessageID, MessageId = MessageID, UserId, Reason } = Attributes ?? {};
    if (EventName === "aws:DELETE_MESSAGE" && MessageId) {
      this.rows.get(MessageId)?.showDeleted(Reason);
      return;
    }
    const parts = EventName === "aws:DISCONNECT_USER" && UserId
      ? [foreign(UserId), " was disconnected", ...(Reason ? [": ", foreign(Reason)] : [])]
      : [foreign(EventName), " ", foreign(formatAttributes(Attributes, " · "))];
    this.append(element("p.event", {}, ...parts));
  }

  addActions(row, { Id, Sender }) {
    const { person } = this;
    const me = person.profile.userId;
    if (person.can("DELETE_MESSAGE")) {
      row.addAction("Delete", () => person.deleteMessage(Id, `removed by ${me}`));
    }
    if (person.can("DISCONNECT_USER") && Sender.UserId !== me) {
      row.addAction("Disconnect", () => person.disconnectUser(Sender.UserId, `removed by ${me}`));
    }
  }

  /** Shows the verdict of a review at its message, if this person sees the message. */
  showReview(review) {
    const row = review && this.rows.get(review.id);
    if (row) keepingEnd(this.log, () => row.showReview(review));
  }

  /** Highlights the message that is explained. */
  showExplained(id) {
    for (const row of this.log.querySelectorAll(".row")) row.classList.toggle("explained", row.dataset.id === id);
  }

  append(node, goToEnd = false) {
    this.empty.hidden = true;
    const wasAtEnd = keepingEnd(this.log, () => this.log.append(node));
    if (goToEnd) this.toEnd();
    else if (!wasAtEnd) this.below.hidden = false;
    // Rows that are being read are kept, but not without end.
    if (wasAtEnd || goToEnd || this.log.childElementCount > 2 * MAX_ROWS) this.trim();
  }

  trim() {
    const rows = this.log.querySelectorAll(".row, .event");
    for (const row of [...rows].slice(0, Math.max(0, rows.length - MAX_ROWS))) {
      this.rows.delete(row.dataset.id);
      row.remove();
    }
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.below.hidden = true;
  }

  showBelow() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    if (scrollHeight - scrollTop - clientHeight < 48) this.below.hidden = true;
  }

  clear() {
    this.rows.clear();
    this.pending.clear();
    this.empty.hidden = false;
    this.below.hidden = true;
    this.log.replaceChildren(this.empty);
  }
}
