// The second factor of one's own account: set up with a QR code, recovery codes, removal.

import { send } from "./api.js";
import { make, save } from "./dom.js";
import { code, form, password, values } from "./forms.js";
import { copyable, partOf } from "./part.js";
import { showSessions } from "./sessions.js";

const part = partOf("second-factor");
const content = part.element.querySelector(".content");
const WRONG = { wrong: "This is not your password." };

const paragraph = (textContent) => make("p", { className: "hint", textContent });

function disclosed(summary, element) {
  return make("details", {}, make("summary", { textContent: summary }), element);
}

export function showSecondFactor(session) {
  if (session.second_factor_needed) {
    part.tell("As an administrator you need a second factor before you can administer.");
  }
  if (session.account.second_factor) showOn();
  else showOff();
}

function showOff() {
  const begin = form([password("Your password, once more")], "Set it up", async (elements) => {
    showSecret(await send("POST", "/account/second-factor", { password: elements.password.value }));
  }, WRONG);
  content.replaceChildren(
    paragraph("It is off. With it, signing in takes a code of an authenticator app as well, so that a stolen password is not enough."),
    disclosed("Set up a second factor", begin),
  );
}

function showSecret({ secret, qr_code: picture }) {
  const confirm = form([code()], "Switch it on", async (elements) => {
    const answer = await send("POST", "/account/second-factor/confirmation", values(elements, "code"));
    showCodes(answer.recovery_codes, "The second factor is on, and you are signed out everywhere else.");
    await showSessions();
  }, { wrong: "This code is wrong. Is the clock of your device right?" });
  content.replaceChildren(
    make(
      "div",
      { className: "shown" },
      make("p", { textContent: "Scan this with your authenticator app, or type the secret into it. Then type the code that it shows." }),
      make("img", { className: "qr", src: picture, alt: "QR code with the secret for your authenticator app" }),
      copyable("The secret", secret),
      confirm,
    ),
  );
  confirm.elements.code.focus();
}

function showCodes(codes, said) {
  const text = codes.join("\n");
  const keep = make("button", { type: "button", textContent: "Save as a file" });
  keep.addEventListener("click", () => save(new Blob([`${text}\n`], { type: "text/plain" }), "recovery-codes.txt"));
  const kept = make("button", { type: "button", className: "primary", textContent: "I have kept them" });
  kept.addEventListener("click", () => {
    showOn();
    part.done("");
  });
  content.replaceChildren(
    make(
      "div",
      { className: "shown" },
      make("p", { textContent: "Recovery codes sign you in if you lose your device, each once. Keep them now: they are not shown again." }),
      make("ul", { className: "codes" }, ...codes.map((textContent) => make("li", { textContent }))),
      make("div", { className: "buttons" }, keep, kept),
    ),
  );
  part.done(said);
}

function showOn() {
  const renew = form([password("Your password, once more")], "Make new codes", async (elements) => {
    const answer = await send("POST", "/account/recovery-codes", { password: elements.password.value });
    showCodes(answer.recovery_codes, "The old recovery codes are worthless now.");
  }, WRONG);
  const remove = form([password("Your password, once more")], "Switch it off", async (elements) => {
    await send("POST", "/account/second-factor/removal", { password: elements.password.value });
    showOff();
    part.done("The second factor is off, and you are signed out everywhere else.");
    await showSessions();
  }, { ...WRONG, dangerous: true });
  content.replaceChildren(
    paragraph("It is on: signing in takes a code of your authenticator app as well."),
    disclosed("Make new recovery codes", renew),
    disclosed("Switch the second factor off", remove),
  );
}
