// The JSON API of the page. The chat itself is in `person.js`, as any client uses it.

async function request(path, body) {
  const options = body === undefined
    ? {}
    : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("ivs-review does not answer");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    const error = new Error(answer.message ?? `HTTP status ${response.status}`);
    throw Object.assign(error, { status: response.status });
  }
  return answer;
}

export const service = {
  connect: (profile) => request("/local/connect", profile),
  whatIf: (message) => request("/local/what-if", message),
  explanation: (id) => request(`/local/explanation?id=${encodeURIComponent(id)}`),
  sendEvent: (event) => request("/local/event", event),
  updateRoom: (change) => request("/local/room", change),
  setFault: (fault) => request("/local/fault", fault),
};

/** Follows what happens: `on.state`, `on.review`, `on.lagged` with their data, `on.connection` with a boolean. */
export function follow(on) {
  const events = new EventSource("/local/events");
  for (const name of ["state", "review", "lagged"]) {
    events.addEventListener(name, (event) => on[name](JSON.parse(event.data)));
  }
  events.addEventListener("open", () => on.connection(true));
  // The browser reconnects by itself, except after an answer that is not a stream.
  events.addEventListener("error", () => {
    on.connection(false);
    if (events.readyState === EventSource.CLOSED) setTimeout(() => follow(on), 2000);
  });
}
