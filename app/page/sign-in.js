// The page for users who are not signed in: sign in, create an account, reset a password.

import { sendOnce } from "./api.js";
import { find, make, site } from "./dom.js";
import { email, form, newPassword, tick, values } from "./forms.js";
import { beginSession, signInForm } from "./sign-in-form.js";

// A one-time link: its purpose and its token. Browsers do not send the part after # to the server.
const LINK = /^#(setup|invitation|reset)=([\w-]+)$/;

// Opens the page that the user requested.
function enter() {
  if (location.pathname === "/sign-in") location.assign("/");
  else location.reload();
}

/** @type {(title: string, about: string, element: HTMLElement, ...others: HTMLElement[]) => void} */
function show(title, about, element, ...others) {
  document.title = `${title} – Brain Tumor Classification`;
  find("title").textContent = title;
  find("about").textContent = about;
  find("form").replaceChildren(element);
  find("others").replaceChildren(...others);
  find("form").querySelector("input")?.focus();
}

/** @type {(textContent: string, action: () => unknown) => HTMLButtonElement} */
function offer(textContent, action) {
  const button = make("button", { type: "button", className: "link", textContent });
  button.addEventListener("click", action);
  return button;
}

const back = () => offer("Sign in", () => signIn());

function signIn(about = "", known = "") {
  show(
    "Sign in",
    about,
    signInForm(enter, known),
    ...(site.signUp === "open" ? [offer("Create an account", () => makeAccount())] : []),
    offer("Forgot your password?", forgotten),
  );
}

// With the token of a link, or without one if sign-up is open.
/** @param {string} [token] */
function makeAccount(token, title = "Create an account", about = "") {
  const made = form([email(), newPassword()], "Create the account", async (elements) => {
    const given = { email: elements.email.value.trim(), password: elements.password.value };
    await sendOnce("POST", "/accounts", { ...given, token });
    await beginSession(given);
    enter();
  });
  show(title, about, made, back());
}

function forgotten() {
  if (!site.mail) {
    show("Reset your password", "Ask an administrator of this service for a password-reset link.", back());
    find("form").querySelector("button").focus();
    return;
  }
  const asked = form([email()], "Send a link", async (elements) => {
    await sendOnce("POST", "/password-resets", values(elements, "email"));
    signIn("If an account with this e-mail exists, a link has been sent. It is valid for one hour.");
  });
  show("Reset your password", "You will receive a link by e-mail.", asked, back());
}

/** @param {string} token */
function setPassword(token) {
  const fields = [newPassword(), tick("Revoke all API keys, too", "revoke_keys", { defaultChecked: true })];
  const set = form(fields, "Set the password", async (elements) => {
    await sendOnce("POST", "/password-resets/completion", {
      token,
      password: elements.password.value,
      revoke_keys: elements.revoke_keys.checked,
    });
    signIn("Password changed. Sign in with the new password.");
  });
  const about =
    "All sessions end when the password is changed. Anyone who knew the old password could have created an API key, which keeps working unless it is revoked. Keep the keys only if nobody else knew the password.";
  show("Set a new password", about, set, back());
}

function begin() {
  const [, kind, token] = LINK.exec(location.hash) ?? [];
  // Keeps the token out of the address bar and the browser history.
  if (kind) history.replaceState(null, "", location.pathname);
  if (kind === "setup") makeAccount(token, "Set up the service", "Create the first account, which is an administrator.");
  else if (kind === "invitation") makeAccount(token, "Create your account", "Use the e-mail address that received the invitation.");
  else if (kind === "reset") setPassword(token);
  else signIn();
}

window.addEventListener("hashchange", begin);
begin();
