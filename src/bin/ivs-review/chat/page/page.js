// The page of the local IVS Chat: connects its parts.

import { byId, element, foreign } from "./dom.js";
import { Frames } from "./frames.js";
import { Pane } from "./pane.js";
import { editProfile, loadProfiles, saveProfiles } from "./people.js";
import { Person } from "./person.js";
import { Reviews } from "./reviews.js";
import { RoomPanel } from "./room.js";
import { showRules } from "./rules.js";
import { tabs } from "./roving.js";
import { follow } from "./service.js";
import { WhatIf } from "./what-if.js";

let state = null;
let room = null;
/** One for each person, in their order. */
const panes = [];
const people = () => panes.map((pane) => pane.person);

const reviews = new Reviews({
  showPanel,
  onExplained: showExplained,
  tryOut(review) {
    whatIf.tryOut(review);
    showPanel("what-if");
  },
  /** The name of a room, if it is not the one that is shown. */
  otherRoom: (arn) => (arn === room ? "" : roomName(state.rooms.find((it) => it.arn === arn) ?? { arn })),
});
const selectPanel = tabs(document.querySelector('[role="tablist"]'), (panel) =>
  showExplained(panel === "reviews" ? reviews.explained : null));
const frames = new Frames();
const whatIf = new WhatIf(people, () => room);
const roomPanel = new RoomPanel(() => room);

const context = {
  reviews,
  maximumLength: () => state?.rooms.find((it) => it.arn === room)?.maximumMessageLength ?? 500,
  explain: (id, opener) => reviews.open(id, opener),
  edit,
};

// People

function addPane(profile) {
  const person = new Person(profile);
  person.addEventListener("frame", (event) => frames.add(person.profile.userId, event.detail));
  person.addEventListener("status", showPeople);
  const pane = new Pane(person, context);
  panes.push(pane);
  byId("panes").append(pane.root);
  person.connect(room);
  return pane;
}

async function edit(person) {
  const others = people().filter((it) => it !== person);
  const result = await editProfile(person.profile, {
    isNew: false,
    taken: (userId) => others.some((it) => it.profile.userId === userId),
  });
  if (!result) return;
  const pane = panes.find((it) => it.person === person);
  if (result.isRemoved) {
    person.close();
    pane.root.remove();
    panes.splice(panes.indexOf(pane), 1);
  } else {
    person.profile = result.profile;
    pane.showProfile();
    person.connect();
  }
  peopleChanged();
}

async function add() {
  const taken = (userId) => people().some((it) => it.profile.userId === userId);
  let number = panes.length + 1;
  while (taken(`viewer-${number}`)) number += 1;
  const profile = {
    userId: `viewer-${number}`,
    capabilities: ["SEND_MESSAGE"],
    attributes: { role: "viewer" },
    messageAttributes: {},
  };
  const result = await editProfile(profile, { isNew: true, taken });
  if (!result) return;
  select(addPane(result.profile));
  peopleChanged();
}

function peopleChanged() {
  saveProfiles(people().map((person) => person.profile));
  whatIf.showPeople();
  whatIf.review();
  frames.showPeople(people());
  if (!panes.some((pane) => pane.root.classList.contains("selected")) && panes.length) select(panes[0]);
  showPeople();
}

/** The person that is shown where there is space for one. */
function select(selected) {
  for (const pane of panes) pane.root.classList.toggle("selected", pane === selected);
  showPeople();
  selected.root.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function showPeople() {
  byId("people-tabs").replaceChildren(...panes.map((pane) => element("button", {
    type: "button",
    "aria-pressed": String(pane.root.classList.contains("selected")),
    "data-status": pane.person.status,
    onclick: () => {
      select(pane);
      byId("people-tabs").querySelector('[aria-pressed="true"]').focus();
    },
  }, foreign(pane.person.profile.userId))));
}

// Views and tabs

function showPanel(panel) {
  selectPanel(panel);
  showView("inspect");
}

/** Highlights the message that is explained. */
function showExplained(id) {
  for (const pane of panes) pane.showExplained(id);
}

function showView(view) {
  document.body.dataset.view = view;
  for (const button of document.querySelectorAll(".views button")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  }
}

// Room and state

function showState(now) {
  const isFirst = !state;
  const hasNewRules = !isFirst && state.rules.generation !== now.rules.generation;
  state = now;
  // Rooms can be deleted, the lobby too, and another `ivs-review` may have other ones.
  const next = [room, state.lobby, state.rooms[0]?.arn].find((arn) => state.rooms.some((it) => it.arn === arn)) ?? null;
  const isLost = next !== room;
  room = next;
  showRooms();
  showRules(state, () => showPanel("rules"));
  roomPanel.show(state);
  if (isFirst) {
    for (const profile of loadProfiles()) addPane(profile);
    peopleChanged();
  } else if (isLost) {
    changeRoom(room);
  } else if (hasNewRules) {
    whatIf.review();
  }
}

function roomName({ arn, name }) {
  return name || arn.split("/").at(-1);
}

function showRooms() {
  const select = byId("room-select");
  const options = state.rooms.map((it) => `${roomName(it)}\n${it.arn}`);
  // Rebuilding an open list would close it.
  if (select.dataset.options === options.join("\n\n")) return;
  select.dataset.options = options.join("\n\n");
  select.replaceChildren(...options.map((option) => {
    const [name, arn] = option.split("\n");
    return element("option", { value: arn }, name);
  }));
  select.value = room;
  select.disabled = false;
}

function changeRoom(arn) {
  room = arn;
  for (const pane of panes) {
    pane.clear();
    pane.person.connect(room);
  }
  roomPanel.show(state);
  whatIf.review();
}

byId("room-select").addEventListener("change", (event) => changeRoom(event.target.value));
byId("add-person").addEventListener("click", add);
byId("fault-pill").addEventListener("click", () => showPanel("room"));
for (const button of document.querySelectorAll(".views button")) {
  button.addEventListener("click", () => showView(button.dataset.view));
}

follow({
  state: showState,
  review(review) {
    reviews.add(review);
    for (const pane of panes) pane.showReview(review);
  },
  lagged: ({ missed }) => reviews.missed(missed),
  connection(isConnected) {
    const offline = byId("offline");
    offline.hidden = isConnected;
    offline.textContent = isConnected ? "" : "ivs-review does not answer. The page reconnects when it runs again.";
  },
});
