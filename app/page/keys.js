// Keys for programs: made, shown once, revoked.

import { Problem, get, send } from "./api.js";
import { confirmed } from "./dialog.js";
import { make, when } from "./dom.js";
import { field, form, tick } from "./forms.js";
import { button, copyable, entry, partOf } from "./part.js";

const MAY = { predict: "classify scans", read: "read the history", admin: "administer members" };
const LIFETIMES = [
  ["90 days", 90],
  ["30 days", 30],
  ["A year", 365],
  ["No end", 0],
];
const DAY_MS = 24 * 3600 * 1000;

const part = partOf("keys");
const list = part.element.querySelector(".entries");
const fresh = part.element.querySelector(".new");
const details = part.element.querySelector("details");

function draw(keys) {
  list.replaceChildren(...keys.map(entryOf));
  details.open = keys.length === 0;
}

function entryOf(key) {
  const facts = [
    `May ${key.scopes.map((scope) => MAY[scope]).join(", ")}`,
    make("span", {}, "made ", when(key.created_at)),
    key.used_at ? make("span", {}, "last used ", when(key.used_at)) : "never used",
    key.expires_at ? make("span", {}, "ends ", when(key.expires_at)) : "has no end",
  ];
  return entry(key.name, facts, { buttons: [button("Revoke", key.name, () => part.attempt(() => revoke(key)))] });
}

async function revoke({ id, name }) {
  if (!(await confirmed(`Revoke the key “${name}”?`, "Programs that use it are refused from then on.", "Revoke"))) return;
  await send("DELETE", `/keys/${id}`);
  await refresh();
  fresh.hidden = true;
  part.done(`The key “${name}” is revoked.`);
}

async function refresh() {
  draw((await get("/keys")).keys);
}

async function makeKey(elements) {
  const days = Number(elements.days.value);
  const scopes = Object.keys(MAY).filter((scope) => elements[scope]?.checked);
  if (scopes.length === 0) throw new Problem("Nothing is ticked", "A key has to be allowed something.", "Tick what it may.");
  const made = await send("POST", "/keys", {
    name: elements.name.value.trim(),
    scopes,
    expires_at: days ? new Date(Date.now() + days * DAY_MS).toISOString() : null,
  });
  const command = `curl -H "Authorization: Bearer ${made.key}" -F file=@scan.jpg ${location.origin}/api/v1/predictions`;
  fresh.replaceChildren(
    make(
      "div",
      { className: "shown" },
      make("p", {}, make("strong", { textContent: `The key “${made.name}”. ` }), "Keep it now: it is not shown again."),
      copyable("The key", made.key),
      ...(scopes.includes("predict") ? [make("pre", { textContent: command })] : []),
    ),
  );
  fresh.hidden = false;
  elements.name.form.reset();
  await refresh();
  part.done("");
}

function choices(scopes) {
  const legend = make("legend", { textContent: "It may" });
  const ticks = scopes.map((scope) => tick(MAY[scope], scope, { checked: scope === "predict" }));
  return make("fieldset", { className: "field" }, legend, ...ticks);
}

function lifetimes() {
  const options = LIFETIMES.map(([textContent, value]) => make("option", { textContent, value }));
  return make("div", { className: "field" }, make("label", {}, "Good for", make("select", { name: "days" }, ...options)));
}

export async function showKeys({ scopes }) {
  const name = field("What it is for", "name", { maxLength: 80, autocomplete: "off" });
  details.append(form([name, choices(Object.keys(MAY).filter((scope) => scopes.includes(scope))), lifetimes()], "Make the key", makeKey));
  await refresh();
}
