// Members and invitations, for administrators.

import { get, send } from "./api.js";
import { confirmed, openDialog } from "./dialog.js";
import { make, site, when } from "./dom.js";
import { email, form, tick } from "./forms.js";
import { button, copyable, entry, partOf } from "./part.js";
import { current } from "./session.js";

const members = partOf("members");
const memberList = members.element.querySelector(".entries");
const more = members.element.querySelector(".buttons");
const invitations = partOf("invitations");
const invitationList = invitations.element.querySelector(".entries");
const fresh = invitations.element.querySelector(".new");

/** @type {string | null} */
let me = null;

/**
 * The actions on a member: label, meaning and request.
 * @param {any} member
 * @returns {[string, string, () => Promise<any>][]}
 */
function actionsOn(member) {
  const path = `/members/${member.id}`;
  /** @param {object} body */
  const change = (body) => () => send("PATCH", path, body);
  /** @type {[string, string, () => Promise<any>][]} */
  const actions = [
    member.admin
      ? ["Remove administrator rights", "All sessions of the account end.", change({ admin: false })]
      : ["Make administrator", "The member can then view and change all accounts. All sessions of the account end.", change({ admin: true })],
    ["End all sessions", "The member can sign in again.", () => send("DELETE", `${path}/sessions`)],
    member.disabled
      ? ["Reactivate the account", "The member can sign in again, and the keys of the account work again.", change({ disabled: false })]
      : ["Suspend the account", "The member can no longer sign in, and the keys of the account stop working. No data is deleted.", change({ disabled: true })],
    ["Delete the account", "The account and all its data are permanently deleted.", () => send("DELETE", path)],
  ];
  if (member.second_factor) {
    const remove = () => send("DELETE", `${path}/second-factor`);
    actions.splice(2, 0, ["Remove the second factor", "For a member who has lost it. All sessions of the account end.", remove]);
  }
  return actions;
}

// A dialog with a button for each action.
/** @param {any} member */
function openMember(member) {
  const link = make("button", { type: "button", textContent: "Create a password-reset link" });
  const items = actionsOn(member).map(([label, meaning, act]) => {
    const choice = make("button", { type: "button", textContent: label });
    choice.addEventListener("click", async () => {
      dialog.close();
      if (await confirmed(`${label}?`, `${member.email}. ${meaning}`, label)) {
        await members.attempt(async () => {
          await act();
          await refreshMembers();
          members.done(`Done: ${label}, ${member.email}.`);
        });
      }
    });
    return make("li", {}, choice, make("span", { className: "hint", textContent: meaning }));
  });
  link.addEventListener("click", () => {
    dialog.close();
    members.attempt(() => showReset(member));
  });
  const first = make("li", {}, link, make("span", { className: "hint", textContent: "Give the link to the member." }));
  const close = make("button", { type: "button", textContent: "Cancel" });
  close.addEventListener("click", () => dialog.close());
  const dialog = openDialog(member.email, make("ul", { className: "choices" }, first, ...items), make("div", { className: "buttons" }, close));
}

/** @param {any} member */
async function showReset(member) {
  const { link, expires_at: end } = await send("POST", `/members/${member.id}/password-reset`);
  const close = make("button", { type: "button", className: "primary", textContent: "Done" });
  close.addEventListener("click", () => dialog.close());
  const dialog = openDialog(
    "Password-reset link",
    make("p", {}, `Give this link only to ${member.email}. It works once, until `, when(end), ". It is shown only once."),
    copyable("Link", link),
    make("div", { className: "buttons" }, close),
  );
}

/** @param {any} member */
function memberEntry(member) {
  const marks = [
    member.id === me && "you",
    member.admin && "administrator",
    member.second_factor && "second factor",
    member.disabled && "suspended",
  ].filter(Boolean);
  const change = button("Change", member.email, () => openMember(member));
  return entry(member.email, [make("span", {}, "since ", when(member.created_at))], { marks, buttons: [change] });
}

/** @param {string} [after] */
async function addMembers(after) {
  const { members: page, next } = await get(after ? `/members?after=${after}` : "/members");
  memberList.append(...page.map(memberEntry));
  const button = make("button", { type: "button", textContent: "Show more" });
  button.addEventListener("click", () => members.attempt(() => addMembers(next)));
  more.replaceChildren(...(next ? [button] : []));
}

async function refreshMembers() {
  memberList.replaceChildren();
  await addMembers();
}

/** @param {any} invitation */
function invitationEntry(invitation) {
  const marks = invitation.admin ? ["administrator"] : [];
  const withdraw = button("Withdraw", invitation.email, () =>
    invitations.attempt(async () => {
      await send("DELETE", `/invitations/${invitation.id}`);
      await refreshInvitations();
      invitations.done(`Invitation of ${invitation.email} withdrawn.`);
    }),
  );
  return entry(invitation.email, [make("span", {}, "valid until ", when(invitation.expires_at))], { marks, buttons: [withdraw] });
}

async function refreshInvitations() {
  invitationList.replaceChildren(...(await get("/invitations")).invitations.map(invitationEntry));
}

/** @param {any} elements */
async function invite(elements) {
  const given = { email: elements.email.value.trim(), admin: elements.admin.checked };
  const { link } = await send("POST", "/invitations", given);
  fresh.replaceChildren(
    make(
      "div",
      { className: "shown" },
      make("p", {}, `Give this link to ${given.email}. It works once, within a week. It is shown only once.`),
      copyable("Link", link),
    ),
  );
  fresh.hidden = false;
  elements.email.form.reset();
  await refreshInvitations();
  invitations.done(`${given.email} invited.`);
}

async function showInvitations() {
  const closed = site.signUp === "closed";
  invitations.element.querySelector(".hint").textContent = closed
    ? "Sign-up is closed on this service. The operator can allow invitations with SIGN_UP=invitation."
    : "An invited person receives a link to create an account.";
  if (!closed) {
    const fields = [email({ autocomplete: "off" }), tick("as an administrator", "admin")];
    invitations.element.append(form(fields, "Invite", invite));
    await refreshInvitations();
  }
  invitations.element.hidden = false;
}

await members.attempt(async () => {
  me = (await current).account.id;
  await refreshMembers();
  await showInvitations();
});
