// The people of the page: who they are, kept in the browser, and the dialog that edits them.

import { byId, formatAttributes, parseAttributes } from "./dom.js";

const KEY = "ivs-review-chat-people";

const DEFAULTS = [
  { userId: "ann", capabilities: ["SEND_MESSAGE"], attributes: { role: "viewer" }, messageAttributes: {} },
  { userId: "vic", capabilities: ["SEND_MESSAGE"], attributes: { role: "vip" }, messageAttributes: {} },
  {
    userId: "mo",
    capabilities: ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"],
    attributes: { role: "moderator" },
    messageAttributes: {},
  },
];

/** The profiles of the last visit, or the first three. */
export function loadProfiles() {
  try {
    const profiles = JSON.parse(localStorage.getItem(KEY));
    if (profiles.length && profiles.every(isProfile)) return profiles;
  } catch {
    // None are stored, or not by this version.
  }
  return DEFAULTS;
}

function isProfile({ userId, capabilities, attributes, messageAttributes }) {
  return typeof userId === "string" && userId !== "" && Array.isArray(capabilities)
    && [attributes, messageAttributes].every((it) => it !== null && typeof it === "object");
}

export function saveProfiles(profiles) {
  try {
    localStorage.setItem(KEY, JSON.stringify(profiles));
  } catch {
    // Without storage they are lost with the page.
  }
}

/**
 * Asks for a profile. Returns `{ profile }`, `{ isRemoved: true }`, or `null` if the dialog was canceled.
 * `isNew` hides what removes; `taken(userId)` tests whether another person has this ID.
 */
export function editProfile(profile, { isNew, taken }) {
  const dialog = byId("person-dialog");
  const form = byId("person-form");
  const error = byId("person-error");
  byId("person-title").textContent = isNew ? "Add a person" : `Edit ${profile.userId}`;
  byId("person-id").value = profile.userId;
  byId("person-attributes").value = formatAttributes(profile.attributes);
  byId("message-attributes").value = formatAttributes(profile.messageAttributes);
  byId("person-remove").hidden = isNew;
  error.textContent = "";
  for (const input of form.elements.capability) input.checked = profile.capabilities.includes(input.value);
  dialog.showModal();

  return new Promise((resolve) => {
    const done = new AbortController();
    const finish = (result) => {
      done.abort();
      dialog.close();
      resolve(result);
    };
    const on = (target, name, listener) => target.addEventListener(name, listener, { signal: done.signal });
    on(form, "submit", (event) => {
      event.preventDefault();
      try {
        finish({ profile: read(form, taken) });
      } catch (problem) {
        error.textContent = problem.message;
      }
    });
    on(byId("person-cancel"), "click", () => finish(null));
    on(byId("person-remove"), "click", () => finish({ isRemoved: true }));
    on(dialog, "cancel", (event) => {
      event.preventDefault();
      finish(null);
    });
  });
}

function read(form, taken) {
  const userId = byId("person-id").value.trim();
  if (!userId) throw new Error("The user ID is missing.");
  if (taken(userId)) throw new Error(`There is already a person with the user ID “${userId}”.`);
  return {
    userId,
    capabilities: [...form.elements.capability].filter((it) => it.checked).map((it) => it.value),
    attributes: parseAttributes(byId("person-attributes").value),
    messageAttributes: parseAttributes(byId("message-attributes").value),
  };
}
