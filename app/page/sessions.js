// One's own sessions: where one is signed in, and how to end that.

import { get, send } from "./api.js";
import { make, when } from "./dom.js";
import { button, entry, partOf } from "./part.js";

// The first that a browser's description of itself has in it; later ones claim to be all the earlier ones.
const BROWSERS = { "Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari" };
const SYSTEMS = { Windows: "Windows", Android: "Android", iPhone: "iPhone", iPad: "iPad", "Mac OS": "macOS", Linux: "Linux" };

const part = partOf("sessions");
const list = part.element.querySelector(".entries");

function nameOf(userAgent) {
  const found = (names) => Object.entries(names).find(([word]) => userAgent.includes(word))?.[1];
  const [browser, system] = [found(BROWSERS), found(SYSTEMS)];
  return browser && system ? `${browser} on ${system}` : userAgent || "Unknown browser";
}

function entryOf(session) {
  const name = nameOf(session.user_agent);
  const facts = [
    session.address,
    make("span", {}, "since ", when(session.created_at)),
    make("span", {}, "last used ", when(session.used_at)),
  ];
  if (session.current) return entry(name, facts, { marks: ["this one"] });
  return entry(name, facts, { buttons: [button("End", `${name}, ${session.address}`, () => part.attempt(() => end(session, name)))] });
}

async function end({ id }, name) {
  await send("DELETE", `/sessions/${id}`);
  await showSessions();
  part.done(`The session of ${name} is ended.`);
}

async function endOthers() {
  await send("DELETE", "/sessions");
  await showSessions();
  part.done("You are signed out everywhere else.");
}

export async function showSessions() {
  const { sessions } = await get("/sessions");
  list.replaceChildren(...sessions.map(entryOf));
  const others = make("button", { type: "button", textContent: "Sign out everywhere else" });
  others.addEventListener("click", () => part.attempt(endOthers));
  part.element.querySelector(".buttons").replaceChildren(...(sessions.length > 1 ? [others] : []));
}
