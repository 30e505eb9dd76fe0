// Forms: labelled fields, sent once at a time, with what went wrong at the field it belongs to.

import { WRONG_CREDENTIALS } from "./api.js";
import { complain, make } from "./dom.js";

let made = 0;

// A labelled field, with a hint under it. `name` is what the service calls it.
export function field(label, name, properties = {}, hint = "") {
  const id = `field-${(made += 1)}`;
  const input = make("input", { id, name, type: "text", required: true, ...properties });
  const remark = make("p", { className: "hint", id: `${id}-hint`, textContent: hint });
  const fault = make("p", { className: "fault", id: `${id}-fault` });
  input.setAttribute("aria-describedby", `${fault.id} ${remark.id}`);
  input.addEventListener("input", () => clear(input));
  const labelled = make("label", { htmlFor: id, textContent: label });
  const row = input.type === "password" ? make("div", { className: "secret" }, input, showSwitch(input)) : input;
  return make("div", { className: "field" }, labelled, row, fault, hint ? remark : null);
}

export const email = (properties = {}, hint = "") =>
  field("E-mail", "email", { type: "email", autocomplete: "username", maxLength: 254, ...properties }, hint);

// The present password: to sign in, or once more before something that a browser left alone must not do.
export const password = (label = "Password", properties = {}) =>
  field(label, "password", { type: "password", autocomplete: "current-password", maxLength: 128, ...properties });

export const newPassword = (name = "password") =>
  field(
    "New password",
    name,
    { type: "password", autocomplete: "new-password", minLength: 12, maxLength: 128 },
    "12 to 128 characters. A few words that do not belong together are good; what others take too is refused.",
  );

export const code = () =>
  field(
    "Code",
    "code",
    { autocomplete: "one-time-code", inputMode: "numeric", minLength: 6, maxLength: 24, spellcheck: false },
    "Six digits of your authenticator app.",
  );

export function tick(label, name, properties = {}) {
  return make("label", { className: "tick" }, make("input", { type: "checkbox", name, ...properties }), label);
}

// A form of fields. `work` is given the fields by name; what it throws is told at the field that is at fault, or above
// them all. `wrong` is the sentence for a password or code that is not right, where there is one field for it.
export function form(fields, action, work, { wrong = "", dangerous = false } = {}) {
  const box = make("div", { className: "problem", role: "alert", hidden: true });
  const button = make("button", { type: "submit", className: dangerous ? "dangerous" : "primary", textContent: action });
  const element = make("form", {}, box, ...fields, make("div", { className: "buttons" }, button));
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    // Not disabled, which would take the focus away.
    if (element.ariaBusy === "true") return;
    box.hidden = true;
    element.ariaBusy = "true";
    try {
      await work(element.elements);
    } catch (problem) {
      if (!("advice" in problem)) throw problem;
      const faults = faultsOf(problem, wrong).filter(({ name }) => name in element.elements);
      for (const { name, message } of faults) blame(element.elements[name], message);
      if (faults.length > 0) element.elements[faults[0].name].focus();
      else complain(box, problem);
    } finally {
      element.ariaBusy = "false";
    }
  });
  return element;
}

// What fields have, for a request's body.
export const values = (elements, ...names) => Object.fromEntries(names.map((name) => [name, elements[name].value.trim()]));

function faultsOf(problem, wrong) {
  if (wrong && problem.type === WRONG_CREDENTIALS) {
    return ["password", "code"].map((name) => ({ name, message: wrong }));
  }
  return problem.errors.map(({ location, message }) => ({
    name: location.split(".")[1],
    message: message.replace(/^Value error, /, "").replace(/\.?$/, "."),
  }));
}

function blame(input, message) {
  input.setAttribute("aria-invalid", "true");
  input.closest(".field").querySelector(".fault").textContent = message;
}

function clear(input) {
  input.removeAttribute("aria-invalid");
  input.closest(".field").querySelector(".fault").textContent = "";
}

function showSwitch(input) {
  const button = make("button", { type: "button", textContent: "Show", ariaLabel: "Show the password" });
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
  return button;
}
