// The page of `ivs-review chat` in a real browser, as a moderator uses it.
//
//   IVS_REVIEW   the command to test (default: the one on the PATH)
//   CHROMIUM     a Chromium or Chrome to run
//   PICTURES     a folder for new pictures of the documentation; without it none are taken

import assert from "node:assert/strict";
import path from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { Chat, Page, launch, until } from "./chat.js";

let browser, chat, page;
before(async () => {
  browser = await launch();
  chat = await Chat.start();
});
after(async () => {
  await browser?.close();
  await chat?.remove();
});

const MASKED = "you mupp3t, that was wide open";
const DENIED = "i will hurt you";

describe("on a wide window", () => {
  beforeEach(async () => {
    page = await Page.open(browser, chat);
  });
  afterEach(async () => {
    await chat.reset();
    await page.close();
    assert.deepEqual(page.problems, []);
  });

  test("the sender and the others see what the rules leave of a message", async () => {
    await page.say("ann", "what a save!");
    await page.say("ann", MASKED);
    for (const person of ["ann", "vic", "mo"]) {
      await page.row(person, "what a save!").getByRole("button", { name: /delivered/ }).waitFor();
      await page.row(person, "you ******, that was wide open").getByRole("button", { name: /changed.*mild-words/ }).waitFor();
    }
    await page.say("ann", DENIED);
    const denied = page.row("ann", DENIED);
    await denied.getByText("406: Threats are not allowed here, not even as a joke.").waitFor();
    await denied.getByText("not delivered").waitFor();
    assert.equal(await page.pane("vic").getByText(DENIED).count(), 0);
    // The list of reviews has all three, with before and after.
    const reviews = page.tab.locator(".review");
    await reviews.nth(2).waitFor();
    assert.equal(await reviews.count(), 3);
    assert.match(await reviews.nth(1).innerText(), /you mupp3t, that was wide open\s+you \*{6}, that was wide open/);
    assert.match(await reviews.nth(2).innerText(), /denied/);
  });

  test("a click explains a message with file and line, and its sample can be copied", async () => {
    await page.say("vic", MASKED);
    await page.row("ann", "you ******").getByRole("button").click();
    const detail = page.tab.locator(".detail");
    await detail.getByText("rules/lists/mild.txt:1:1").waitFor();
    await detail.getByText("leet characters: 3 read as e").waitFor();
    await detail.getByText("mild-words masks mupp3t.").waitFor();
    await detail.getByRole("button", { name: "Copy “caught”" }).click();
    await until(async () => (await page.tab.evaluate(() => navigator.clipboard.readText())) === `> caught: ${MASKED}`, "the sample is copied");
    await page.checkAccessibility("an explanation");

    await detail.getByRole("button", { name: "Vary it" }).click();
    assert.equal(await page.tab.getByLabel("Message", { exact: true }).inputValue(), MASKED);
    assert.equal(await page.tab.getByLabel("As", { exact: true }).locator("option:checked").innerText(), "vic");
  });

  test("what-if reviews while typing, and sends nothing", async () => {
    await page.panel("What if").click();
    const result = page.tab.locator("#what-if-result");
    await page.tab.getByLabel("Message", { exact: true }).fill("join discord.gg/abc");
    await result.locator(".comparison").getByText("join [link removed]").waitFor();
    await page.tab.getByLabel("Message", { exact: true }).fill(DENIED);
    await result.locator(".comparison").getByText("406 Threats are not allowed here").waitFor();
    await page.tab.getByLabel("Message", { exact: true }).fill("I LOVE THIS STREAM SO MUCH");
    await result.getByText("shadow", { exact: true }).waitFor();
    assert.equal(await page.tab.locator(".row").count(), 0);
    await page.checkAccessibility("what-if");
  });

  test("a moderator deletes a message and disconnects its sender, who connects again", async () => {
    await page.say("ann", "spoiler: they win");
    const row = page.row("mo", "spoiler: they win");
    await row.hover();
    await row.getByRole("button", { name: "Delete" }).click();
    for (const person of ["ann", "vic", "mo"]) await page.row(person, "Deleted: removed by mo").waitFor();
    assert.equal(await page.pane("vic").getByRole("button", { name: "Delete" }).count(), 0);

    await page.say("ann", "and again");
    await page.row("mo", "and again").hover();
    await page.row("mo", "and again").getByRole("button", { name: "Disconnect" }).click();
    await page.pane("vic").getByText("ann was disconnected: removed by mo").waitFor();
    await page.pane("ann").locator(".ended").getByText("Disconnected: removed by mo").waitFor();
    await page.checkAccessibility("a disconnected person");
    await page.pane("ann").getByRole("button", { name: "Connect again" }).click();
    await page.connected(3);
    await page.say("ann", "sorry");
    await page.row("vic", "sorry").waitFor();
  });

  test("a handler that fails shows what the fallback does", async () => {
    await page.panel("Room").click();
    const effect = page.tab.locator("#fault-effect");
    for (const [fault, failure] of [
      ["Is slow", "no answer in 200 ms"],
      ["Fails", "the function failed"],
      ["Answers nonsense", "invalid reply"],
      ["Cannot be reached", "cannot be reached"],
    ]) {
      await page.tab.getByRole("radio", { name: "Allow" }).check();
      await page.tab.getByRole("radio", { name: fault }).check();
      await effect.getByText("the fallback delivers each message").waitFor();
      const text = `you muppet: ${fault.toLowerCase()}`;
      await page.say("ann", text);
      await page.row("vic", text).getByRole("button", { name: new RegExp(`unreviewed.*${failure}`) }).waitFor();

      await page.tab.getByRole("radio", { name: "Deny" }).check();
      await effect.getByText("the fallback denies each message").waitFor();
      await page.say("ann", `clean: ${fault}`);
      await page.row("ann", `clean: ${fault}`).getByText(/^406: /).waitFor();
      assert.equal(await page.pane("vic").getByText(`clean: ${fault}`).count(), 0);
    }
    await page.checkAccessibility("a handler that fails");
    await page.tab.getByRole("radio", { name: "Works" }).check();
    await effect.getByText("each message is reviewed by the rules").waitFor();
    await page.say("ann", "you muppet: works");
    await page.row("vic", "you ******: works").waitFor();
  });

  test("a saved list is in force at the next message, and a broken rule file is shown", async () => {
    await page.say("ann", "you pudding");
    await page.row("vic", "you pudding").waitFor();
    await chat.edit("lists/mild.txt", (list) => `${list}pudding\n`);
    await until(async () => {
      await page.say("ann", "you pudding");
      return page.row("vic", "you *******").isVisible();
    }, "the new entry is in force");

    await chat.edit("rules.toml", (rules) => rules.replace("reason =", "raeson ="));
    const show = page.tab.getByRole("button", { name: "1 error in the rules" });
    await show.waitFor();
    await page.tab.getByText("The saved rules have 1 error; the last good ones stay in force.").waitFor();
    await show.click();
    await page.tab.locator("#rules .location", { hasText: "rules/rules.toml:8:1" }).waitFor();
    await page.checkAccessibility("broken rules");
    await page.say("ann", DENIED);
    await page.row("ann", DENIED).getByText("406: Threats").waitFor();

    await chat.edit("rules.toml", (rules) => rules.replace("raeson =", "reason ="));
    await page.tab.getByRole("button", { name: "4 rules" }).waitFor();
    await page.tab.getByText("No errors and no warnings.").waitFor();
  });

  test("people are edited: attributes and capabilities are those of the next token", async () => {
    await page.tab.getByRole("button", { name: "Edit vic" }).click();
    const dialog = page.tab.getByRole("dialog");
    await page.checkAccessibility("the dialog");
    await dialog.getByLabel("User ID").fill("ann");
    await dialog.getByRole("button", { name: "Save and connect" }).click();
    await dialog.getByText("There is already a person").waitFor();
    await dialog.getByLabel("User ID").fill("victoria");
    await dialog.getByLabel("Attributes of the token").fill("role=vip\ntier=gold");
    await dialog.getByLabel("Send messages").uncheck();
    await dialog.getByRole("button", { name: "Save and connect" }).click();
    await page.pane("victoria").getByText("role=vip · tier=gold · cannot send").waitFor();
    await page.connected(3);
    await page.say("victoria", "may I?");
    await page.row("victoria", "may I?").getByText(/^403: /).waitFor();

    await page.tab.getByRole("button", { name: "Add a person" }).click();
    await dialog.getByRole("button", { name: "Save and connect" }).click();
    await page.connected(4);
    await page.tab.reload();
    await page.connected(4);
    await page.tab.getByRole("button", { name: "Edit victoria" }).click();
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.connected(3);
  });

  test("a room of an application can be chosen, and the lobby is back when it is deleted", async () => {
    const { arn } = await chat.call("CreateRoom", { name: "finals", maximumMessageLength: 20 });
    const select = page.tab.getByRole("combobox", { name: "Room" });
    await select.selectOption({ label: "finals" });
    await page.connected(3);
    await page.say("ann", "you muppet, in finals");
    await page.row("ann", "in finals").getByText("400: Message exceeds maximum length").waitFor();
    await page.say("ann", "you muppet");
    await page.row("vic", "you muppet").getByRole("button", { name: /not reviewed/ }).waitFor();
    await chat.call("DeleteRoom", { identifier: arn });
    await until(async () => (await select.locator("option:checked").innerText()) === "lobby", "the lobby is shown");
    await page.connected(3);
    await page.say("ann", "you muppet");
    await page.row("vic", "you ******").waitFor();
  });

  test("events and raw frames", async () => {
    await page.panel("Room").click();
    await page.tab.getByRole("button", { name: "Send event" }).click();
    await page.pane("vic").getByText("poll-opened poll=7").waitFor();
    await page.say("ann", "hello");
    await page.row("vic", "hello").waitFor();
    await page.panel("Frames").click();
    await page.tab.getByLabel("Frames of").selectOption("vic");
    const frame = page.tab.locator(".frame", { hasText: '"Content":"hello"' });
    await frame.locator("summary").click();
    const { Type, Content, Sender } = JSON.parse(await frame.locator("pre").innerText());
    assert.deepEqual([Type, Content, Sender], ["MESSAGE", "hello", { UserId: "ann", Attributes: { role: "viewer" } }]);
    await page.checkAccessibility("frames");
  });

  test("text of others is text, not HTML", async () => {
    const hostile = [
      `<img src=x onerror="document.title='owned'">`,
      `</p><script>document.title='owned'</script>`,
      "\u202Egnp.exe \u2066 isolated",
      "مرحبا بالعالم، كيف الحال؟ 123",
      "W".repeat(400),
      "👩‍👩‍👧‍👦🏳️‍🌈 " + "🎉".repeat(20),
      "two\nlines",
      "javascript:alert(1)",
    ];
    for (const text of hostile) {
      await page.say("ann", text);
      await until(async () => (await page.pane("vic").locator(".row .text").allTextContents()).includes(text), JSON.stringify(text));
    }
    assert.equal(await page.tab.title(), "Local IVS Chat");
    assert.equal(await page.tab.locator("main img, main script").count(), 0);
    // The bidi override is visible in the review, and the long word does not leave its pane.
    await page.tab.locator(".review .code-point", { hasText: "U+202E" }).waitFor();
    const overflow = await page.pane("vic").locator(".log").evaluate((log) => log.scrollWidth - log.clientWidth);
    assert.equal(overflow, 0);
  });

  test("200 messages: the end stays in view, except for a person who reads older ones", async () => {
    await chat.post("/local/room", { maximumMessageRatePerSecond: 100 });
    // Each connection may send ten messages a second.
    await page.tab.evaluate(async () => {
      const composers = document.querySelectorAll(".composer");
      for (let index = 0; index < 200; index += 1) {
        const composer = composers[index % 3];
        composer.querySelector("textarea").value = `message ${index}`;
        composer.requestSubmit();
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    });
    await page.row("mo", "message 199").waitFor();
    assert.equal(await page.pane("mo").locator(".row:not(.pending, .undelivered)").count(), 200);
    const fromEnd = (person) => page.pane(person).locator(".log").evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight);
    assert.ok((await fromEnd("mo")) < 2);
    await page.pane("mo").locator(".log").evaluate((log) => (log.scrollTop = 200));
    await page.say("ann", "one more");
    await page.pane("mo").getByRole("button", { name: "New messages" }).click();
    await page.row("mo", "one more").waitFor();
    assert.ok((await fromEnd("mo")) < 2);
  });

  test("the keyboard alone is enough", async () => {
    const { keyboard } = page.tab;
    const focused = () => page.tab.evaluate(() => document.activeElement.textContent);
    await page.input("mo").focus();
    await keyboard.type("you donkey");
    await keyboard.press("Enter");
    await page.row("mo", "you ******").getByRole("button", { name: /changed/ }).waitFor();
    await keyboard.press("Shift+Tab");
    await keyboard.press("ArrowUp");
    await keyboard.press("ArrowRight");
    assert.match(await focused(), /changed/);
    await keyboard.press("Enter");
    await page.tab.locator(".detail").getByText("rules/lists/mild.txt:2:1").waitFor();
    assert.match(await focused(), /^mo at /);
    await keyboard.press("Escape");
    assert.match(await focused(), /changed/);

    await page.panel("Reviews").focus();
    await keyboard.press("ArrowRight");
    await page.tab.getByLabel("Message", { exact: true }).waitFor();
    await keyboard.press("End");
    await page.tab.getByLabel("Frames of").waitFor();
    await page.input("mo").focus();
    await keyboard.press("ArrowUp");
    assert.equal(await page.input("mo").inputValue(), "you donkey");
  });
});

test("the page reconnects after a restart of ivs-review", async () => {
  page = await Page.open(browser, chat);
  await chat.stop();
  await page.tab.getByText("ivs-review does not answer.").waitFor();
  await page.checkAccessibility("offline");
  assert.ok(await page.pane("ann").getByRole("button", { name: "Send" }).isDisabled());
  await chat.start();
  await page.connected(3);
  await page.tab.getByText("ivs-review does not answer.").waitFor({ state: "hidden" });
  await page.say("ann", "back again");
  await page.row("vic", "back again").waitFor();
  await page.close();
});

test("in a window of 360 pixels nothing is cut off", async () => {
  page = await Page.open(browser, chat, { viewport: { width: 360, height: 700 }, hasTouch: true, isMobile: true });
  const width = () => page.tab.evaluate(() => document.documentElement.scrollWidth);
  await page.say("ann", MASKED);
  await page.checkAccessibility("narrow chat");
  assert.equal(await width(), 360);
  await page.tab.getByRole("button", { name: "vic" }).click();
  await page.row("vic", "you ******").getByRole("button", { name: /changed/ }).click();
  await page.tab.locator(".detail").getByText("rules/lists/mild.txt:1:1").waitFor();
  for (const panel of ["Reviews", "What if", "Rules", "Room", "Frames"]) {
    await page.panel(panel).click();
    await page.checkAccessibility(`narrow ${panel}`);
    assert.equal(await width(), 360, panel);
  }
  await page.close();
  assert.deepEqual(page.problems, []);
});

for (const colorScheme of ["light", "dark"]) {
  test(`all panels are accessible in ${colorScheme} colors`, async () => {
    page = await Page.open(browser, chat, { colorScheme, viewport: { width: 1360, height: 700 } });
    await page.checkAccessibility("the empty page");
    await page.say("ann", "what a save!");
    await page.row("mo", "what a save!").getByRole("button", { name: /delivered/ }).waitFor();
    await page.say("vic", MASKED);
    await page.row("mo", "you ******").getByRole("button", { name: /changed/ }).waitFor();
    await page.say("ann", DENIED);
    await page.row("ann", DENIED).getByRole("button", { name: /denied/ }).waitFor();
    await page.say("mo", "easy, both of you 😀");
    await page.row("ann", "easy").getByRole("button", { name: /delivered/ }).waitFor();
    await page.checkAccessibility("reviews");
    await picture(`chat-${colorScheme}`);
    await page.row("mo", "you ******").getByRole("button", { name: /changed/ }).click();
    await page.tab.locator(".detail").getByText("rules/lists/mild.txt:1:1").waitFor();
    await page.input("vic").focus();
    await picture(`explanation-${colorScheme}`);
    await page.panel("Room").click();
    await page.tab.getByRole("radio", { name: "Is slow" }).check();
    await page.tab.getByRole("button", { name: "Handler is slow" }).waitFor();
    await page.say("vic", "you muppet");
    await page.row("mo", "you muppet").getByRole("button", { name: /unreviewed/ }).waitFor();
    await picture(`fallback-${colorScheme}`);
    for (const panel of ["Reviews", "What if", "Rules", "Room", "Frames"]) {
      await page.panel(panel).click();
      await page.checkAccessibility(`${panel} in ${colorScheme} colors`);
    }
    await chat.reset();
    await page.close();
    assert.deepEqual(page.problems, []);
  });
}

async function picture(name) {
  if (!process.env.PICTURES) return;
  await page.tab.screenshot({ path: path.join(process.env.PICTURES, `${name}.png`), animations: "disabled" });
}
