// Elements: find and create them. Texts and files for all pages.

/**
 * An element of the page; its type follows from the template.
 * @param {string} id
 * @returns {any}
 */
export const find = (id) => document.getElementById(id);

/** @type {(selector: string) => NodeListOf<HTMLButtonElement>} */
export const buttonsOf = (selector) => document.querySelectorAll(selector);

/**
 * Features and limits of this server, from the template.
 * @type {{
 *   limits: { threads: number, evaluationScans: number, passwordMin: number, passwordMax: number, label: number, note: number },
 *   history: boolean, dicom: boolean, gemini: boolean, mail: boolean, signUp: "closed" | "invitation" | "open", secureCookies: boolean,
 * }}
 */
export const site = JSON.parse(find("site").textContent);

/**
 * Creates an element with properties and children. Strings are text, never markup.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {object} properties
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child != null));
  return element;
}

// A date and time in the reader’s language and time zone.
/** @param {string} moment */
export const when = (moment) =>
  make("time", {
    dateTime: moment,
    textContent: new Date(moment).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }),
  });

// Shows an error and what to do about it.
/** @type {(box: HTMLElement, problem: import("./api.js").Problem) => void} */
export function complain(box, problem) {
  box.replaceChildren(make("strong", { textContent: problem.title }), `${problem.message} ${problem.advice}`);
  box.hidden = false;
}

// North America prints on Letter, the rest of the world on A4.
export const PAPER = /-(US|CA|MX)$/.test(navigator.language) ? "letter" : "a4";

// Downloads a file.
/** @type {(blob: Blob, name: string) => void} */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

// Fills the choice of the model, which is hidden for a single model.
/** @param {{ models: { name: string }[], default: string }} listed */
export function offerModels({ models, default: preferred }) {
  find("model").append(
    ...models.map(({ name }) => make("option", { value: name, textContent: name, selected: name === preferred })),
  );
  find("model-choice").hidden = models.length < 2;
}
