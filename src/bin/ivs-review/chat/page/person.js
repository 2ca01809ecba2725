// A person in the room: the messaging API of IVS Chat over a WebSocket, with a token for each connection.

import { service } from "./service.js";

const RETRY_MILLISECONDS = [500, 1000, 2000, 4000];

/**
 * Events:
 *   status   `{ status, note }`: "connecting", "connected", "lost" (reconnects by itself), "ended" (does not)
 *   frame    `{ isSent, text, frame }`: each raw frame
 *   message, event, error   a frame of this type
 */
export class Person extends EventTarget {
  #socket = null;
  #room = null;
  #retries = 0;
  #timer = 0;
  /** Why this person was disconnected. A connection that ends otherwise is opened again. */
  #removal = "";
  /** Changes when a connection is no longer wanted, so that a token that arrives later is not used. */
  #attempt = 0;
  #requests = 0;

  constructor(profile) {
    super();
    this.profile = profile;
    this.status = "connecting";
    this.note = "";
  }

  can(capability) {
    return this.profile.capabilities.includes(capability);
  }

  /** Connects, or reconnects with a new token. */
  async connect(room = this.#room) {
    this.close();
    this.#room = room;
    if (room === null) return this.#setStatus("ended", "All rooms were deleted.");
    this.#setStatus(this.#retries ? "lost" : "connecting", "");
    const { userId, capabilities, attributes } = this.profile;
    const attempt = this.#attempt;
    this.#removal = "";
    let token;
    try {
      ({ token } = await service.connect({ room, userId, capabilities, attributes, sessionDurationInMinutes: 180 }));
    } catch (error) {
      if (attempt !== this.#attempt) return;
      // The service refused, so that it would again.
      if (error.status < 500) this.#setStatus("ended", error.message);
      else this.#retry(error.message);
      return;
    }
    if (attempt !== this.#attempt) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = (this.#socket = new WebSocket(`${scheme}://${location.host}`, token));
    socket.addEventListener("open", () => {
      this.#retries = 0;
      this.#setStatus("connected", "");
    });
    socket.addEventListener("message", (event) => this.#receive(event.data));
    socket.addEventListener("close", () => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      if (this.#removal) this.#setStatus("ended", this.#removal);
      else this.#retry("The connection was lost.");
    });
  }

  /** Ends the connection without reconnecting. */
  close() {
    clearTimeout(this.#timer);
    this.#attempt += 1;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
  }

  /** Sends a message, and returns the RequestId that its echo or error has. */
  send(content) {
    const attributes = this.profile.messageAttributes;
    return this.#request({
      Action: "SEND_MESSAGE",
      Content: content,
      ...(Object.keys(attributes).length ? { Attributes: attributes } : {}),
    });
  }

  deleteMessage(id, reason) {
    return this.#request({ Action: "DELETE_MESSAGE", Id: id, Reason: reason });
  }

  disconnectUser(userId, reason) {
    return this.#request({ Action: "DISCONNECT_USER", UserId: userId, Reason: reason });
  }

  #request({ Action, ...members }) {
    if (this.status !== "connected") return null;
    this.#requests += 1;
    // Others must not guess it. Without a secure origin, such as loopback, there are no UUIDs.
    const RequestId = crypto.randomUUID?.() ?? `${Date.now().toString(36)}-${Math.random().toString(36)}-${this.#requests}`;
    const frame = { Action, RequestId, ...members };
    const text = JSON.stringify(frame);
    this.#socket.send(text);
    this.#emit("frame", { isSent: true, text, frame });
    return RequestId;
  }

  #receive(text) {
    const frame = JSON.parse(text);
    this.#emit("frame", { isSent: false, text, frame });
    if (frame.EventName === "aws:DISCONNECT_USER" && frame.Attributes?.UserId === this.profile.userId) {
      this.#removal = `Disconnected: ${frame.Attributes.Reason ?? "no reason given"}`;
    }
    this.#emit(frame.Type.toLowerCase(), frame);
    // The session has expired: a new token begins another.
    if (frame.Type === "ERROR" && frame.ErrorCode === 401) this.connect();
  }

  #retry(note) {
    const wait = RETRY_MILLISECONDS[Math.min(this.#retries, RETRY_MILLISECONDS.length - 1)];
    this.#retries += 1;
    this.#setStatus("lost", note);
    this.#timer = setTimeout(() => this.connect(), wait);
  }

  #setStatus(status, note) {
    this.status = status;
    this.note = note;
    this.#emit("status", { status, note });
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
