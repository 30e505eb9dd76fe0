// The second factor: set-up with a QR code, recovery codes, removal.

import { send } from "./api.js";
import { make, save } from "./dom.js";
import { code, form, password, values } from "./forms.js";
import { copyable, partOf } from "./part.js";
import { showSessions } from "./sessions.js";

const part = partOf("second-factor");
const content = part.element.querySelector(".content");
const WRONG = { wrong: "Wrong password." };

/** @param {string} textContent */
const paragraph = (textContent) => make("p", { className: "hint", textContent });

/** @type {(summary: string, element: HTMLElement) => HTMLElement} */
function disclosed(summary, element) {
  return make("details", {}, make("summary", { textContent: summary }), element);
}

// Whether the account can do nothing else until it has a second factor.
let required = false;

/** @param {any} session */
export function showSecondFactor(session) {
  if (session.account.second_factor) showOn();
  else showOff();
  required = session.scopes.length === 0;
  if (required) {
    part.element.querySelector("details").open = true;
    part.element.parentElement.prepend(part.element);
    part.tell("This service requires a second factor. Set one up to continue.");
  } else if (session.second_factor_needed) {
    part.tell("Administrators need a second factor before they can manage members.");
  }
}

function showOff() {
  const begin = form([password("Confirm with your password")], "Start set-up", async (elements) => {
    showSecret(await send("POST", "/account/second-factor", { password: elements.password.value }));
  }, WRONG);
  content.replaceChildren(
    paragraph("Off. With a second factor, signing in also requires a code from an authenticator app, so a stolen password is not enough."),
    disclosed("Set up a second factor", begin),
  );
}

/** @param {{ secret: string, qr_code: string }} begun */
function showSecret({ secret, qr_code: picture }) {
  const confirm = form([code()], "Turn on", async (elements) => {
    const answer = await send("POST", "/account/second-factor/confirmation", values(elements, "code"));
    showCodes(answer.recovery_codes, "The second factor is on. All other sessions have ended.");
    await showSessions();
  }, { wrong: "Wrong code. Check the clock of your device." });
  content.replaceChildren(
    make(
      "div",
      { className: "shown" },
      make("p", { textContent: "Scan the QR code with your authenticator app, or enter the secret in the app. Then enter the code that the app shows." }),
      make("img", { className: "qr", src: picture, alt: "QR code with the secret for your authenticator app" }),
      copyable("Secret", secret),
      confirm,
    ),
  );
  confirm.querySelector("input").focus();
}

/** @type {(codes: string[], said: string) => void} */
function showCodes(codes, said) {
  const text = codes.join("\n");
  const keep = make("button", { type: "button", textContent: "Save as a file" });
  keep.addEventListener("click", () => save(new Blob([`${text}\n`], { type: "text/plain" }), "recovery-codes.txt"));
  const kept = make("button", { type: "button", className: "primary", textContent: "I have saved them" });
  kept.addEventListener("click", () => {
    // The address shows its own page now.
    if (required) location.reload();
    showOn();
    part.done("");
  });
  content.replaceChildren(
    make(
      "div",
      { className: "shown" },
      make("p", { textContent: "Recovery codes let you sign in if you lose your device. Each works once. Save them now: they are shown only once." }),
      make("ul", { className: "codes" }, ...codes.map((textContent) => make("li", { textContent }))),
      make("div", { className: "buttons" }, keep, kept),
    ),
  );
  part.done(said);
}

function showOn() {
  const renew = form([password("Confirm with your password")], "Create new codes", async (elements) => {
    const answer = await send("POST", "/account/recovery-codes", { password: elements.password.value });
    showCodes(answer.recovery_codes, "The old recovery codes no longer work.");
  }, WRONG);
  const remove = form([password("Confirm with your password")], "Turn off", async (elements) => {
    await send("POST", "/account/second-factor/removal", { password: elements.password.value });
    showOff();
    part.done("The second factor is off. All other sessions have ended.");
    await showSessions();
  }, { ...WRONG, dangerous: true });
  content.replaceChildren(
    paragraph("On: signing in also requires a code from your authenticator app."),
    disclosed("Create new recovery codes", renew),
    disclosed("Turn off the second factor", remove),
  );
}
