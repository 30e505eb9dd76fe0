// Forms: labelled fields, one submission at a time, each error next to its field.

import { WRONG_CREDENTIALS } from "./api.js";
import { complain, make, site } from "./dom.js";

const { passwordMin, passwordMax } = site.limits;

let made = 0;

/**
 * A labelled field with a hint below it.
 * @param {string} label
 * @param {string} name The name in the request's body.
 * @param {object} properties Of the input element.
 */
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

/** @type {(properties?: object, hint?: string) => HTMLElement} */
export const email = (properties = {}, hint = "") =>
  field("E-mail", "email", { type: "email", autocomplete: "username", ...properties }, hint);

// The current password: to sign in, or to confirm an action that an unattended browser must not allow.
export const password = (label = "Password", properties = {}) =>
  field(label, "password", { type: "password", autocomplete: "current-password", ...properties });

export const newPassword = (name = "password") =>
  field(
    "New password",
    name,
    { type: "password", autocomplete: "new-password", minLength: passwordMin, maxLength: passwordMax },
    `${passwordMin} to ${passwordMax} characters. A few unrelated words work well. Common passwords are not allowed.`,
  );

export const code = () =>
  field(
    "Code",
    "code",
    { autocomplete: "one-time-code", inputMode: "numeric", spellcheck: false },
    "The six digits from your authenticator app.",
  );

/** @type {(label: string, name: string, properties?: object) => HTMLElement} */
export function tick(label, name, properties = {}) {
  return make("label", { className: "tick" }, make("input", { type: "checkbox", name, ...properties }), label);
}

/**
 * A form. Errors of `work` appear next to the field that caused them, or above all fields.
 * @param {(Node | string)[]} fields
 * @param {string} action The label of the button.
 * @param {(elements: any) => unknown} work Called with the fields by name.
 * @param {{ wrong?: string, dangerous?: boolean }} [more] `wrong` is the error for a wrong password or code.
 */
export function form(fields, action, work, { wrong = "", dangerous = false } = {}) {
  const box = make("div", { className: "problem", role: "alert", hidden: true });
  const button = make("button", { type: "submit", className: dangerous ? "dangerous" : "primary", textContent: action });
  const element = make("form", {}, box, ...fields, make("div", { className: "buttons" }, button));
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    // Disabling the button would lose the focus.
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

// The values of fields, for a request body.
/** @type {(elements: any, ...names: string[]) => Record<string, string>} */
export const values = (elements, ...names) => Object.fromEntries(names.map((name) => [name, elements[name].value.trim()]));

/** @type {(problem: import("./api.js").Problem, wrong: string) => { name: string, message: string }[]} */
function faultsOf(problem, wrong) {
  if (wrong && problem.type === WRONG_CREDENTIALS) {
    return ["password", "code"].map((name) => ({ name, message: wrong }));
  }
  return problem.errors.map(({ location, message }) => ({
    name: location.split(".")[1],
    message: message.replace(/^Value error, /, "").replace(/\.?$/, "."),
  }));
}

/** @type {(input: HTMLInputElement, message: string) => void} */
function blame(input, message) {
  input.setAttribute("aria-invalid", "true");
  input.closest(".field").querySelector(".fault").textContent = message;
}

/** @param {HTMLInputElement} input */
function clear(input) {
  input.removeAttribute("aria-invalid");
  input.closest(".field").querySelector(".fault").textContent = "";
}

/** @param {HTMLInputElement} input */
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
