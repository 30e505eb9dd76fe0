// The user's account: keys, sessions, second factor, password, deletion.

import { get, send } from "./api.js";
import { complain, find, make, when } from "./dom.js";
import { form, newPassword, password, tick } from "./forms.js";
import { refreshKeys, showKeys } from "./keys.js";
import { partOf } from "./part.js";
import { showSecondFactor } from "./second-factor.js";
import { current } from "./session.js";
import { showSessions } from "./sessions.js";

/** @param {any} session */
function offerPassword({ account }) {
  const part = partOf("password");
  // Password managers need the account name.
  const owner = make("input", { type: "text", autocomplete: "username", value: account.email, hidden: true });
  const fields = [owner, password("Current password"), newPassword("new_password"), tick("Revoke all API keys, too", "revoke_keys")];
  const details = part.element.querySelector("details");
  const change = form(
    fields,
    "Change the password",
    async ({ password: present, new_password: chosen, revoke_keys: revoke }) => {
      await send("PUT", "/account/password", {
        password: present.value,
        new_password: chosen.value,
        revoke_keys: revoke.checked,
      });
      change.reset();
      find("wrong-codes").hidden = true;
      details.open = false;
      part.done("Password changed. All other sessions have ended.");
      await Promise.all([showSessions(), refreshKeys()]);
    },
    { wrong: "Wrong password." },
  );
  details.append(change);
}

async function showWrongCodes() {
  const { wrong_codes: wrong } = await get("/account/wrong-codes");
  const box = find("wrong-codes");
  box.hidden = wrong.length === 0;
  if (box.hidden) return;
  const codes = wrong.length === 1 ? "a wrong code" : `${wrong.length} wrong codes`;
  const dismiss = make("button", { type: "button", textContent: "It was me" });
  dismiss.addEventListener("click", async () => {
    try {
      await send("DELETE", "/account/wrong-codes");
      box.hidden = true;
      find("parts").focus();
    } catch (problem) {
      if (!("advice" in problem)) throw problem;
      complain(find("problem"), problem);
    }
  });
  box.replaceChildren(
    make(
      "p",
      {},
      `Somebody signed in with your password and then entered ${codes} of the second factor, most recently `,
      when(wrong[0].at),
      ` from the address ${wrong[0].address}. If it was not you, somebody knows your password: change it now.`,
    ),
    make("div", { className: "buttons" }, dismiss),
  );
}

function offerEnd() {
  const end = form(
    [password("Confirm with your password")],
    "Delete my account",
    async (elements) => {
      await send("POST", "/account/deletion", { password: elements.password.value });
      location.assign("/");
    },
    { wrong: "Wrong password.", dangerous: true },
  );
  partOf("end").element.querySelector("details").append(end);
}

try {
  const session = await current;
  offerPassword(session);
  offerEnd();
  showSecondFactor(session);
  await Promise.all([showKeys(session), showSessions(), showWrongCodes()]);
  find("parts").hidden = false;
} catch (problem) {
  if (!("advice" in problem)) throw problem;
  complain(find("problem"), problem);
}
