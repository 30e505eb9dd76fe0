// The user's active sessions.

import { get, send } from "./api.js";
import { make, when } from "./dom.js";
import { button, entry, partOf } from "./part.js";

// In order of search: the user agent of a later browser contains the names of earlier ones.
const BROWSERS = { "Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari" };
const SYSTEMS = { Windows: "Windows", Android: "Android", iPhone: "iPhone", iPad: "iPad", "Mac OS": "macOS", Linux: "Linux" };

const part = partOf("sessions");
const list = part.element.querySelector(".entries");

/** @param {string} userAgent */
function nameOf(userAgent) {
  /** @param {Record<string, string>} names */
  const found = (names) => Object.entries(names).find(([word]) => userAgent.includes(word))?.[1];
  const [browser, system] = [found(BROWSERS), found(SYSTEMS)];
  return browser && system ? `${browser} on ${system}` : userAgent || "Unknown browser";
}

/** @param {any} session */
function entryOf(session) {
  const name = nameOf(session.user_agent);
  const facts = [
    session.address,
    make("span", {}, "since ", when(session.created_at)),
    make("span", {}, "last used ", when(session.used_at)),
  ];
  if (session.current) return entry(name, facts, { marks: ["this session"] });
  return entry(name, facts, { buttons: [button("End", `${name}, ${session.address}`, () => part.attempt(() => end(session, name)))] });
}

/** @type {(session: { id: string }, name: string) => Promise<void>} */
async function end({ id }, name) {
  await send("DELETE", `/sessions/${id}`);
  await showSessions();
  part.done(`Session of ${name} ended.`);
}

async function endOthers() {
  await send("DELETE", "/sessions");
  await showSessions();
  part.done("All other sessions have ended.");
}

export async function showSessions() {
  const { sessions } = await get("/sessions");
  list.replaceChildren(...sessions.map(entryOf));
  const others = make("button", { type: "button", textContent: "Sign out everywhere else" });
  others.addEventListener("click", () => part.attempt(endOthers));
  part.element.querySelector(".buttons").replaceChildren(...(sessions.length > 1 ? [others] : []));
}
