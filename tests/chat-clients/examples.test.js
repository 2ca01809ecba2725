// The examples of docs/testing-applications.md, run as they are printed there against `ivs-review chat`.
//
//   IVS_REVIEW     the command to test (default: the one on the PATH)
//   DOCS           the folder of the documentation
//   PYTHON         a Python with boto3 and websockets; without it that example is skipped
//   RUST_EXAMPLE   the compiled examples/local_chat.rs; without it that example is skipped

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { Chat } from "./chat.js";

const run = promisify(execFile);
const { DOCS, PYTHON, RUST_EXAMPLE } = process.env;
const page = await fs.readFile(path.join(DOCS ?? "../../docs", "testing-applications.md"), "utf8");

let chat, env;
before(async () => {
  chat = await Chat.start();
  env = {
    PATH: process.env.PATH,
    HOME: chat.folder,
    AWS_EC2_METADATA_DISABLED: "true",
    // What the table of the page says.
    AWS_ENDPOINT_URL_IVSCHAT: chat.origin,
    CHAT_URL: chat.origin.replace("http", "ws"),
    AWS_REGION: "us-west-2",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    // boto3 does not read AWS_REGION.
    AWS_DEFAULT_REGION: "us-west-2",
  };
});
after(() => chat?.remove());

/** Writes the only example in a language to a file. */
async function example(language, file) {
  const blocks = [...page.matchAll(new RegExp("^```" + language + "\n(.*?)^```$", "gms"))];
  assert.equal(blocks.length, 1);
  await fs.writeFile(file, blocks[0][1]);
  return file;
}

test("Node", async () => {
  // Beside node_modules.
  const file = await example("js", path.join(import.meta.dirname, "example.mjs"));
  const { stdout } = await run(process.execPath, ["--test", file], { env, timeout: 60_000 });
  assert.match(stdout, /^# pass 1$/m);
  await fs.rm(file);
});

test("Python", { skip: !PYTHON }, async () => {
  const file = await example("python", path.join(chat.folder, "example.py"));
  const call = "import runpy, sys; [run() for name, run in runpy.run_path(sys.argv[1]).items() if name.startswith('test_')]";
  await run(PYTHON, ["-c", call, file], { env, timeout: 60_000 });
});

test("Rust", { skip: !RUST_EXAMPLE }, async () => {
  await run(RUST_EXAMPLE, [], { env, timeout: 60_000 });
});
