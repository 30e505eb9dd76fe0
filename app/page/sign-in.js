// The page for whoever is not signed in: sign in, make an account, set a password anew.

import { sendOnce } from "./api.js";
import { find, make } from "./dom.js";
import { email, form, newPassword, values } from "./forms.js";
import { signInForm } from "./sign-in-form.js";

const { signUp, mail } = find("main").dataset;
// A one-time link: what it is for, and its token, which browsers send to nobody.
const LINK = /^#(setup|invitation|reset)=([\w-]+)$/;

// Back to the page whose place this one has taken.
function enter() {
  if (location.pathname === "/sign-in") location.assign("/");
  else location.reload();
}

function show(title, about, element, ...others) {
  document.title = `${title} – Brain Tumor Classification`;
  find("title").textContent = title;
  find("about").textContent = about;
  find("form").replaceChildren(element);
  find("others").replaceChildren(...others);
  find("form").querySelector("input")?.focus();
}

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
    ...(signUp === "open" ? [offer("Make an account", () => makeAccount())] : []),
    offer("I have forgotten my password", forgotten),
  );
}

// With the token of a link, or without where everyone may.
function makeAccount(token, title = "Make an account", about = "") {
  const made = form([email(), newPassword()], "Make the account", async (elements) => {
    const given = { email: elements.email.value.trim(), password: elements.password.value };
    await sendOnce("POST", "/accounts", { ...given, token });
    await sendOnce("POST", "/sessions", given);
    enter();
  });
  show(title, about, made, back());
}

function forgotten() {
  if (mail === "off") {
    show("A new password", "Ask an administrator of this service for a link that sets a new password.", back());
    find("form").querySelector("button").focus();
    return;
  }
  const asked = form([email()], "Send a link", async (elements) => {
    await sendOnce("POST", "/password-resets", values(elements, "email"));
    signIn("If there is an account with this e-mail, a link is on its way. It is good for an hour.");
  });
  show("A new password", "You are sent a link that sets a new password.", asked, back());
}

function setPassword(token) {
  const set = form([newPassword()], "Set the password", async (elements) => {
    await sendOnce("POST", "/password-resets/completion", { token, password: elements.password.value });
    signIn("Your new password is set. Sign in with it.");
  });
  show("Set a new password", "You are signed out everywhere once it is set.", set, back());
}

function begin() {
  const [, kind, token] = LINK.exec(location.hash) ?? [];
  // The token stays neither in the address bar nor in the browser's history.
  if (kind) history.replaceState(null, "", location.pathname);
  if (kind === "setup") makeAccount(token, "Set up the service", "Make the first account. It is an administrator’s.");
  else if (kind === "invitation") makeAccount(token, "Make your account", "Take the e-mail that you were invited with.");
  else if (kind === "reset") setPassword(token);
  else signIn();
}

window.addEventListener("hashchange", begin);
begin();
