// Starts `ivs-review chat` with its own copy of the rules, and opens its page in Chromium.

import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";

import axe from "axe-core";
import { chromium } from "playwright-core";

const SECONDS = 1000;

/** A local chat. `folder` contains its rules; `stop` and `start` restart it on the same port. */
export class Chat {
  static async start() {
    const chat = new Chat();
    chat.folder = await fs.mkdtemp(path.join(os.tmpdir(), "ivs-review-page-"));
    chat.rules = path.join(chat.folder, "rules");
    await fs.cp(new URL("rules", import.meta.url).pathname, chat.rules, { recursive: true });
    chat.port = await freePort();
    chat.origin = `http://127.0.0.1:${chat.port}`;
    await chat.start();
    return chat;
  }

  async start() {
    // In its folder, so that the paths on the page are the same on every machine.
    const args = ["chat", "--rules", "rules", "--listen", `127.0.0.1:${this.port}`];
    const options = { cwd: this.folder, stdio: ["ignore", "ignore", "inherit"] };
    this.process = spawn(process.env.IVS_REVIEW ?? "ivs-review", args, options);
    await until(async () => (await fetch(`${this.origin}/local/state`)).ok, "ivs-review chat answers");
  }

  async stop() {
    this.process.kill("SIGINT");
    if (this.process.exitCode === null) await once(this.process, "exit");
  }

  async remove() {
    await this.stop();
    await fs.rm(this.folder, { recursive: true });
  }

  async edit(file, change) {
    const whole = path.join(this.rules, file);
    await fs.writeFile(whole, change(await fs.readFile(whole, "utf8")));
  }

  /** Ends a test: the next one begins with a handler that works. */
  async reset() {
    await this.post("/local/fault", { kind: "none" });
    await this.post("/local/room", { fallbackResult: "ALLOW" });
  }

  async post(route, body, headers = {}) {
    const all = { "Content-Type": "application/json", ...headers };
    const response = await fetch(this.origin + route, { method: "POST", headers: all, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${route}: ${response.status} ${text}`);
    return text && JSON.parse(text);
  }

  /** Calls an operation of the control plane, which does not verify signatures. */
  call(operation, input) {
    const scope = "local/20260101/us-west-2/ivschat/aws4_request";
    const Authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    return this.post(`/${operation}`, input, { Authorization });
  }
}

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

export async function until(holds, what) {
  for (const deadline = Date.now() + 20 * SECONDS; Date.now() < deadline; ) {
    if (await holds().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within 20 seconds: ${what}`);
}

export function launch() {
  // Root, as in CI, needs the first; the font size and the scroll bars are those of the pictures in docs/.
  const args = ["--no-sandbox", "--font-render-hinting=none", "--hide-scrollbars"];
  return chromium.launch({ executablePath: process.env.CHROMIUM, args });
}

/** The page, with what a test does on it. `problems` are errors and requests that must not occur. */
export class Page {
  static async open(browser, chat, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 760 }, timezoneId: "UTC", ...options });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: chat.origin });
    const page = new Page();
    page.tab = await context.newPage();
    page.tab.setDefaultTimeout(20 * SECONDS);
    page.problems = [];
    page.tab.on("pageerror", (error) => page.problems.push(error.stack));
    page.tab.on("console", (message) => message.type() === "error" && page.problems.push(message.text()));
    page.tab.on("request", (request) => {
      if (!request.url().startsWith(chat.origin)) page.problems.push(`a request to ${request.url()}`);
    });
    await page.tab.goto(chat.origin);
    await page.connected(3);
    return page;
  }

  async connected(count) {
    await until(async () => (await this.tab.locator(".pane[data-status=connected]").count()) === count, `${count} are connected`);
  }

  pane(person) {
    return this.tab.getByRole("region", { name: `Chat as ${person}`, exact: true });
  }

  /** The row of the last message of this text that a person sees. */
  row(person, text) {
    return this.pane(person).locator(".row").filter({ has: this.tab.locator(".text", { hasText: text }) }).last();
  }

  input(person) {
    return this.tab.getByLabel(`Message as ${person}`, { exact: true });
  }

  async say(person, text) {
    await this.input(person).fill(text);
    await this.input(person).press("Enter");
  }

  panel(name) {
    return this.tab.getByRole("tab", { name, exact: true });
  }

  /** Fails if axe-core finds a violation of the accessibility guidelines in the page as it is now. */
  async checkAccessibility(what) {
    await this.tab.evaluate(axe.source);
    const { violations } = await this.tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n  ")}`);
    if (found.length) throw new Error(`${what}: ${found.join("\n")}`);
  }

  async close() {
    await this.tab.context().close();
  }
}
