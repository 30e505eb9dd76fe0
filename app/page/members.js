// Members and invitations, for administrators.

import { get, send } from "./api.js";
import { confirmed, openDialog } from "./dialog.js";
import { make, when } from "./dom.js";
import { email, form, tick, values } from "./forms.js";
import { button, copyable, entry, partOf } from "./part.js";
import { current } from "./session.js";

const members = partOf("members");
const memberList = members.element.querySelector(".entries");
const more = members.element.querySelector(".buttons");
const invitations = partOf("invitations");
const invitationList = invitations.element.querySelector(".entries");
const fresh = invitations.element.querySelector(".new");

let me = null;

// What an administrator can do with a member: in words, what it means, and how it is asked for.
function actionsOn(member) {
  const path = `/members/${member.id}`;
  const change = (body) => () => send("PATCH", path, body);
  const actions = [
    member.admin
      ? ["Take the administrator’s rights", "It is signed out everywhere.", change({ admin: false })]
      : ["Make it an administrator", "It may see and change all members. It is signed out everywhere.", change({ admin: true })],
    ["Sign it out everywhere", "Its sessions end; it can sign in again.", () => send("DELETE", `${path}/sessions`)],
    member.disabled
      ? ["Let it in again", "It can sign in, and its keys are good.", change({ disabled: false })]
      : ["Suspend the account", "It can no longer sign in, and its keys are refused. Nothing of it is deleted.", change({ disabled: true })],
    ["Delete the account", "It is deleted for good, and everything of it.", () => send("DELETE", path)],
  ];
  if (member.second_factor) {
    const remove = () => send("DELETE", `${path}/second-factor`);
    actions.splice(2, 0, ["Take away the second factor", "For somebody who has lost it. It is signed out everywhere.", remove]);
  }
  return actions;
}

// Everything that can be done with a member, in a dialog: a button each.
function openMember(member) {
  const link = make("button", { type: "button", textContent: "Make a link that sets a new password" });
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
  const first = make("li", {}, link, make("span", { className: "hint", textContent: "To be handed to the member." }));
  const close = make("button", { type: "button", textContent: "Cancel" });
  close.addEventListener("click", () => dialog.close());
  const dialog = openDialog(member.email, make("ul", { className: "choices" }, first, ...items), make("div", { className: "buttons" }, close));
}

async function showReset(member) {
  const { link, expires_at: end } = await send("POST", `/members/${member.id}/password-reset`);
  const close = make("button", { type: "button", className: "primary", textContent: "Done" });
  close.addEventListener("click", () => dialog.close());
  const dialog = openDialog(
    "A link that sets a new password",
    make("p", {}, `Hand it to ${member.email}, and to nobody else. It is good once, until `, when(end), ". It is not shown again."),
    copyable("The link", link),
    make("div", { className: "buttons" }, close),
  );
}

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

function invitationEntry(invitation) {
  const marks = invitation.admin ? ["administrator"] : [];
  const withdraw = button("Withdraw", invitation.email, () =>
    invitations.attempt(async () => {
      await send("DELETE", `/invitations/${invitation.id}`);
      await refreshInvitations();
      invitations.done(`The invitation of ${invitation.email} is withdrawn.`);
    }),
  );
  return entry(invitation.email, [make("span", {}, "good until ", when(invitation.expires_at))], { marks, buttons: [withdraw] });
}

async function refreshInvitations() {
  invitationList.replaceChildren(...(await get("/invitations")).invitations.map(invitationEntry));
}

async function invite(elements) {
  const given = { ...values(elements, "email"), admin: elements.admin.checked };
  const { link } = await send("POST", "/invitations", given);
  fresh.replaceChildren(
    make(
      "div",
      { className: "shown" },
      make("p", {}, `Hand this link to ${given.email}. It is good once, for a week. It is not shown again.`),
      copyable("The link", link),
    ),
  );
  fresh.hidden = false;
  elements.email.form.reset();
  await refreshInvitations();
  invitations.done(`${given.email} is invited.`);
}

async function showInvitations() {
  const { signUp } = invitations.element.dataset;
  const closed = signUp === "closed";
  invitations.element.querySelector(".hint").textContent = closed
    ? "Sign-up is closed on this service. Its operator can have it take invitations: SIGN_UP=invitation."
    : "A link by which somebody makes an account of their own.";
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
