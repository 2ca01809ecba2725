// The official JavaScript SDK with `ivs-review chat`: what it reports is what it reports with Amazon IVS Chat.
//
//   IVS_REVIEW   the command to test (default: the one on the PATH)
//   MESSAGES     the number of round trips to measure (default: none)

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import {
  ChatRoom,
  DeleteMessageRequest,
  DisconnectUserRequest,
  SendMessageRequest,
} from "amazon-ivs-chat-messaging";
import WebSocket from "ws";

// Node has a global WebSocket since version 22.
globalThis.WebSocket ??= WebSocket;

const rules = fileURLToPath(new URL("rules", import.meta.url));
const chats = [];
const people = [];

async function start(...args) {
  const chat = spawn(process.env.IVS_REVIEW ?? "ivs-review", ["chat", "--listen", "127.0.0.1:0", "--format", "json", "--rules", rules, ...args], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  chats.push({ process: chat });
  const lines = createInterface({ input: chat.stdout });
  for await (const line of lines) return { ...JSON.parse(line), process: chat };
  throw new Error("the chat did not start");
}

// The control plane reads Region and account of the signature, and does not verify it.
async function call(chat, operation, input) {
  const response = await fetch(`${chat.endpoint}/${operation}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `AWS4-HMAC-SHA256 Credential=local/20261130/${chat.region}/ivschat/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  const answer = response.status === 204 ? {} : await response.json();
  assert.ok(response.ok, `${operation}: ${JSON.stringify(answer)}`);
  return answer;
}

const ALL = ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"];

async function token(chat, userId, capabilities, room = chat.room) {
  const answer = await call(chat, "CreateChatToken", {
    roomIdentifier: room,
    userId,
    capabilities,
    attributes: { displayName: userId.toUpperCase() },
  });
  return {
    token: answer.token,
    tokenExpirationTime: new Date(answer.tokenExpirationTime),
    sessionExpirationTime: new Date(answer.sessionExpirationTime),
  };
}

// A connected user. `events` has what the SDK reported, by name.
async function join(chat, userId, { capabilities = ALL, room, tokenProvider } = {}) {
  const client = new ChatRoom({
    regionOrUrl: chat.webSocket,
    tokenProvider: tokenProvider ?? (() => token(chat, userId, capabilities, room)),
  });
  client.logger = { debug() {}, info() {}, error() {} };
  const events = { message: [], event: [], messageDelete: [], userDisconnect: [], connect: [], disconnect: [] };
  for (const name of Object.keys(events)) {
    client.addListener(name, (first, second) => events[name].push(second ?? first));
  }
  client.connect();
  const joined = { client, events };
  people.push(joined);
  await until(() => events.connect.length + events.disconnect.length > 0);
  return joined;
}

async function until(condition, milliseconds = 10_000) {
  const end = Date.now() + milliseconds;
  while (!condition()) {
    assert.ok(Date.now() < end, `not within ${milliseconds} ms: ${condition}`);
    await pause(2);
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const send = (person, content, attributes) => person.client.sendMessage(new SendMessageRequest(content, attributes));

async function code(promise) {
  try {
    await promise;
  } catch (error) {
    return [error.errorCode, error.errorMessage];
  }
  return "resolved";
}

let chat;
before(async () => {
  chat = await start();
});
afterEach(async () => {
  for (const { client } of people.splice(0)) client.disconnect();
  // The limits of the room count the last second.
  await pause(1_000);
});
after(async () => {
  for (const { process } of chats) {
    process.kill("SIGINT");
    if (process.exitCode === null) await once(process, "exit");
  }
});

test("a message comes back to its sender and to others", async () => {
  const [ann, bob] = [await join(chat, "ann"), await join(chat, "bob")];
  const echo = await send(ann, "héllo 😀", { a: "b" });
  assert.equal(echo.content, "héllo 😀");
  assert.deepEqual({ ...echo.attributes }, { a: "b" });
  await until(() => bob.events.message.length === 1);
  const [message] = bob.events.message;
  assert.equal(message.id, echo.id);
  assert.equal(message.sender.userId, "ann");
  assert.equal(message.sender.attributes.displayName, "ANN");
  assert.ok(Math.abs(Date.now() - message.sendTime.getTime()) < 5_000);
});

test("a message is rewritten, or denied with the reason", async () => {
  const [ann, bob] = [await join(chat, "ann"), await join(chat, "bob")];
  assert.equal((await send(ann, "you muppets!")).content, "you *******!");
  assert.deepEqual(await code(send(ann, "i will hurt you")), [406, "Threats are not allowed here, not even as a joke."]);
  assert.equal((await send(ann, "last")).content, "last");
  await until(() => bob.events.message.length === 2);
  assert.deepEqual(bob.events.message.map((message) => message.content), ["you *******!", "last"]);
});

test("requests without capability, or too long, are refused", async () => {
  const viewer = await join(chat, "viewer", { capabilities: [] });
  const ann = await join(chat, "ann");
  assert.equal((await code(send(viewer, "x")))[0], 403);
  assert.equal((await code(viewer.client.deleteMessage(new DeleteMessageRequest("AbCdEf123456"))))[0], 403);
  assert.deepEqual(await code(send(ann, "x".repeat(501))), [400, "Message exceeds maximum length"]);
  assert.equal((await code(send(ann, "x", { n: 1 })))[0], 400);
  assert.equal((await send(ann, "😀".repeat(500))).content.length, 1_000);
});

test("more than ten requests a second are refused", async () => {
  const room = (await call(chat, "CreateRoom", { maximumMessageRatePerSecond: 100 })).arn;
  const ann = await join(chat, "ann", { room });
  const results = await Promise.all(Array.from({ length: 12 }, (_, n) => code(send(ann, `${n}`))));
  assert.equal(results.filter((result) => result === "resolved").length, 10);
  assert.deepEqual(results[11], [429, "rate limit exceeded"]);
});

test("messages are deleted, and users disconnected", async () => {
  const [mod, ann] = [await join(chat, "mod"), await join(chat, "ann")];
  const message = await send(ann, "x");
  const deletion = await mod.client.deleteMessage(new DeleteMessageRequest(message.id, "Spam"));
  assert.equal(deletion.messageId, message.id);
  await until(() => ann.events.messageDelete.length === 1);
  assert.equal(ann.events.messageDelete[0].messageId, message.id);
  assert.equal(ann.events.messageDelete[0].reason, "Spam");
  await mod.client.disconnectUser(new DisconnectUserRequest("ann", "Kicked"));
  await until(() => ann.events.disconnect.length === 1);
  assert.equal(ann.events.userDisconnect[0].userId, "ann");
  assert.equal(ann.events.disconnect[0], "serverDisconnect");
  // It does not come back by itself.
  await pause(300);
  assert.equal(ann.client.state, "disconnected");
  // A user who was disconnected may connect again.
  ann.client.connect();
  await until(() => ann.events.connect.length === 2);
  assert.equal((await send(ann, "back")).content, "back");
});

test("events of the control plane arrive", async () => {
  const ann = await join(chat, "ann");
  const { id } = await call(chat, "SendEvent", { roomIdentifier: chat.room, eventName: "poll", attributes: { n: "7" } });
  await call(chat, "DeleteMessage", { roomIdentifier: chat.room, id: "AbCdEf123456", reason: "Spam" });
  await until(() => ann.events.event.length === 1 && ann.events.messageDelete.length === 1);
  assert.equal(ann.events.event[0].id, id);
  assert.equal(ann.events.event[0].attributes.n, "7");
  await call(chat, "DisconnectUser", { roomIdentifier: chat.room, userId: "ann" });
  await until(() => ann.events.disconnect.length === 1);
});

test("a token is accepted once", async () => {
  const once = await token(chat, "ann", ALL);
  const ann = await join(chat, "ann", { tokenProvider: async () => ({ token: once.token }) });
  const second = await join(chat, "ann", { tokenProvider: async () => ({ token: once.token }) });
  assert.equal(second.events.connect.length, 0);
  assert.equal(second.events.disconnect[0], "socketError");
  assert.equal((await send(ann, "x")).content, "x");
});

// The SDK opens a second connection 30 seconds before the token expires, and ignores what arrives on both.
test("the connection is renewed before the token expires", async () => {
  let tokens = 0;
  const tokenProvider = async () => {
    tokens += 1;
    const answer = await token(chat, "ann", ALL);
    return { ...answer, tokenExpirationTime: tokens === 1 ? new Date(Date.now() + 31_000) : undefined };
  };
  const ann = await join(chat, "ann", { tokenProvider });
  await until(() => tokens === 2);
  await pause(200);
  await send(ann, "renewed");
  assert.deepEqual(ann.events.message.map((message) => message.content), ["renewed"]);
  assert.equal(ann.events.disconnect.length, 0);
});

test("the end of the chat is a disconnection", async () => {
  const ending = await start();
  const ann = await join(ending, "ann");
  ending.process.kill("SIGINT");
  await until(() => ann.events.disconnect.length === 1);
  assert.equal(ann.events.disconnect[0], "serverDisconnect");
  await until(() => ending.process.exitCode !== null);
  assert.equal(ending.process.exitCode, 0);
});

const count = Number(process.env.MESSAGES ?? 0);

test("round trips are measured", { skip: count === 0 }, async (context) => {
  const fast = await start("--no-limits");
  const ann = await join(fast, "ann");
  const times = [];
  for (let n = 0; n < count; n += 1) {
    const before = performance.now();
    await send(ann, `message ${n} of a muppet`);
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(count - 1, Math.floor(count * share))].toFixed(2);
  context.diagnostic(`${count} round trips: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`);
});
