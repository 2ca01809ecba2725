// The tab "Room": breaks the handler on purpose, changes the room, sends events, and shows how to connect.

import { byId, copyButton, element, parseAttributes } from "./dom.js";
import { service } from "./service.js";

const FAULTS = [
  ["none", "Works", "Answers with the verdict of the rules."],
  ["slow", "Is slow", "IVS Chat waits 200 ms."],
  ["error", "Fails", "The function returns an error."],
  ["invalid", "Answers nonsense", "The reply is not valid."],
  ["down", "Cannot be reached", "The function does not exist."],
];
const FALLBACKS = [
  ["ALLOW", "Allow", "Delivered as sent, not reviewed."],
  ["DENY", "Deny", "Not delivered; the sender gets 406."],
];

export class RoomPanel {
  #state = null;

  constructor(room) {
    this.room = room;
    this.#choices("fault", FAULTS, (kind) => this.#setFault(kind));
    this.#choices("fallback", FALLBACKS, (fallbackResult) => this.#update({ fallbackResult }));
    const slow = document.querySelector('input[value="slow"]').closest("label");
    slow.after(element("span.slow", {},
      element("input", {
        id: "slow-milliseconds",
        type: "number",
        min: 0,
        max: 60000,
        step: 50,
        value: 500,
        "aria-label": "Milliseconds of a slow answer",
        onchange: () => this.#setFault("slow"),
      }),
      " ms"));
    byId("has-handler").addEventListener("change", (event) => this.#update({ hasHandler: event.target.checked }));
    byId("limits-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#update({
        maximumMessageLength: byId("maximum-length").valueAsNumber,
        maximumMessageRatePerSecond: byId("maximum-rate").valueAsNumber,
      });
    });
    byId("event-form").addEventListener("submit", (event) => this.#sendEvent(event));
  }

  #choices(name, choices, onChoice) {
    byId(`${name}-choices`).append(...choices.map(([value, label, note]) => {
      const input = element("input", { type: "radio", name, value, onchange: () => onChoice(value) });
      return element("label.choice", {}, input,
        element("span", {}, element("b", {}, label), element("span.note", {}, note)));
    }));
  }

  async #setFault(kind) {
    await this.#attempt(service.setFault({ kind, milliseconds: byId("slow-milliseconds").valueAsNumber || 0 }));
  }

  async #update(change) {
    await this.#attempt(service.updateRoom({ room: this.room(), ...change }));
  }

  async #attempt(request) {
    try {
      this.show(await request);
    } catch (error) {
      byId("fault-effect").textContent = error.message;
      byId("fault-effect").className = "callout denied";
    }
  }

  async #sendEvent(event) {
    event.preventDefault();
    const status = byId("event-status");
    try {
      const attributes = parseAttributes(byId("event-attributes").value);
      await service.sendEvent({ room: this.room(), eventName: byId("event-name").value, attributes });
      status.textContent = "Sent to everyone in the room.";
    } catch (error) {
      status.textContent = error.message;
    }
  }

  show(state) {
    const room = state.rooms.find((it) => it.arn === this.room());
    if (!room) return;
    const { fault } = state;
    check("fault", fault.kind);
    check("fallback", room.fallbackResult);
    const effect = byId("fault-effect");
    const [kind, text] = effectOf(fault, room, state.reviewedBy, state.reviewLimitMilliseconds);
    if (effect.textContent !== text) effect.textContent = text;
    effect.className = `callout ${kind}`;
    byId("has-handler").checked = room.hasHandler;

    // What is being typed is not overwritten.
    if (this.#state?.room !== room.arn || this.#state.length !== room.maximumMessageLength
      || this.#state.rate !== room.maximumMessageRatePerSecond) {
      byId("maximum-length").value = room.maximumMessageLength;
      byId("maximum-rate").value = room.maximumMessageRatePerSecond;
      this.#showConnection(state, room);
    }
    this.#state = { room: room.arn, length: room.maximumMessageLength, rate: room.maximumMessageRatePerSecond };
    this.#showPill(state);
  }

  #showPill({ fault }) {
    const pill = byId("fault-pill");
    pill.hidden = fault.kind === "none";
    pill.className = "pill changed";
    pill.textContent = `Handler ${FAULTS.find(([kind]) => kind === fault.kind)[1].toLowerCase()}`;
  }

  #showConnection(state, room) {
    const region = room.arn.split(":")[3];
    const rows = [
      ["Chat SDK", `regionOrUrl: '${state.webSocket}'`],
      ["AWS SDKs and CLI", `AWS_ENDPOINT_URL_IVSCHAT=${state.endpoint} AWS_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`],
      ["Room", room.arn],
    ];
    byId("connect-details").replaceChildren(...rows.flatMap(([term, text]) => [
      element("dt", {}, term),
      element("dd", {}, element("code", {}, text), copyButton("Copy", text, { class: "quiet", "aria-label": `Copy ${term}` })),
    ]));
  }
}

function check(name, value) {
  for (const input of document.querySelectorAll(`input[name="${name}"]`)) input.checked = input.value === value;
}

/** What happens to a message that is sent now. */
function effectOf(fault, room, reviewedBy, limit) {
  if (!room.hasHandler) return ["fallback", "Now: the room has no handler, so each message is delivered as it was sent."];
  if (fault.kind === "none") {
    return ["delivered", `Now: each message is reviewed by ${reviewedBy === "rules" ? "the rules" : "the Lambda"}.`];
  }
  if (fault.kind === "slow" && fault.milliseconds < limit) {
    return ["delivered", `Now: each review takes ${fault.milliseconds} ms, which is in time.`];
  }
  return room.fallbackResult === "ALLOW"
    ? ["changed", "Now: the fallback delivers each message as it was sent."]
    : ["denied", "Now: the fallback denies each message. Senders get 406."];
}
