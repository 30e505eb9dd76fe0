// API keys: created, shown once, revoked.

import { Problem, get, send } from "./api.js";
import { confirmed } from "./dialog.js";
import { make, when } from "./dom.js";
import { field, form, tick } from "./forms.js";
import { button, copyable, entry, partOf } from "./part.js";

/** @type {Record<string, string>} */
const MAY = { predict: "classify scans", read: "read the history", admin: "administer members" };
/** @type {[string, number][]} */
const LIFETIMES = [
  ["90 days", 90],
  ["30 days", 30],
  ["1 year", 365],
  ["No expiry", 0],
];
const DAY_MS = 24 * 3600 * 1000;

const part = partOf("keys");
const list = part.element.querySelector(".entries");
const fresh = part.element.querySelector(".new");
const details = part.element.querySelector("details");

/** @param {any[]} keys */
function draw(keys) {
  list.replaceChildren(...keys.map(entryOf));
  details.open = keys.length === 0;
}

/** @param {any} key */
function entryOf(key) {
  const facts = [
    `Allowed to ${key.scopes.map((/** @type {string} */ scope) => MAY[scope]).join(", ")}`,
    make("span", {}, "created ", when(key.created_at)),
    key.used_at ? make("span", {}, "last used ", when(key.used_at)) : "never used",
    key.expires_at ? make("span", {}, "expires ", when(key.expires_at)) : "does not expire",
  ];
  return entry(key.name, facts, { buttons: [button("Revoke", key.name, () => part.attempt(() => revoke(key)))] });
}

/** @param {{ id: string, name: string }} key */
async function revoke({ id, name }) {
  if (!(await confirmed(`Revoke the key “${name}”?`, "Programs can no longer use it.", "Revoke"))) return;
  await send("DELETE", `/keys/${id}`);
  await refreshKeys();
  fresh.hidden = true;
  part.done(`Key “${name}” revoked.`);
}

export async function refreshKeys() {
  const { keys } = await get("/keys");
  draw(keys);
  if (keys.length === 0) fresh.hidden = true;
}

/** @param {any} elements */
async function makeKey(elements) {
  const days = Number(elements.days.value);
  const scopes = Object.keys(MAY).filter((scope) => elements[scope]?.checked);
  if (scopes.length === 0) throw new Problem("No permission selected", "A key needs at least one permission.", "Select a permission.");
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
      make("p", {}, make("strong", { textContent: `Key “${made.name}”. ` }), "Copy it now: it is shown only once."),
      copyable("Key", made.key),
      ...(scopes.includes("predict") ? [make("pre", { textContent: command })] : []),
    ),
  );
  fresh.hidden = false;
  elements.name.form.reset();
  await refreshKeys();
  part.done("");
}

/** @param {string[]} scopes */
function choices(scopes) {
  const legend = make("legend", { textContent: "Permissions" });
  const ticks = scopes.map((scope) => tick(MAY[scope], scope, { defaultChecked: scope === "predict" }));
  return make("fieldset", { className: "field" }, legend, ...ticks);
}

function lifetimes() {
  const options = LIFETIMES.map(([textContent, value]) => make("option", { textContent, value }));
  return make("div", { className: "field" }, make("label", {}, "Expires after", make("select", { name: "days" }, ...options)));
}

/** @param {{ scopes: string[] }} session */
export async function showKeys({ scopes }) {
  // Without permissions, until the account has a second factor, there is nothing that a key could do.
  part.element.hidden = scopes.length === 0;
  const name = field("Name", "name", { autocomplete: "off" }, "What the key is for.");
  details.append(form([name, choices(Object.keys(MAY).filter((scope) => scopes.includes(scope))), lifetimes()], "Create the key", makeKey));
  await refreshKeys();
}
