// A section of a page with its heading, status line, error box and list of entries.

import { complain, find, make } from "./dom.js";

// The section with this id.
/** @param {string} id */
export function partOf(id) {
  const element = find(id);
  const [heading, status, problem] = ["h2", ".status", ".problem"].map((part) => element.querySelector(part));
  /** @param {string} text */
  const tell = (text) => {
    status.textContent = text;
  };

  // Runs a request of the user and shows its error, if any.
  /** @param {() => unknown} work */
  async function attempt(work) {
    problem.hidden = true;
    tell("");
    try {
      await work();
    } catch (fault) {
      if (!("advice" in fault)) throw fault;
      complain(problem, fault);
    }
  }

  // Reports what was done. The button may be gone, so the focus moves to the heading.
  /** @param {string} text */
  function done(text) {
    tell(text);
    heading.focus();
  }

  return { element, tell, attempt, done };
}

/**
 * An entry of a list.
 * @param {string} title
 * @param {(Node | string)[]} facts
 * @param {{ marks?: string[], picture?: Node | null, buttons?: Node[] }} [more]
 */
export function entry(title, facts, { marks = [], picture = null, buttons = [] } = {}) {
  const strong = make("strong", { textContent: title });
  strong.append(...marks.flatMap((textContent) => [" ", make("span", { className: "mark", textContent })]));
  const line = make("span", { className: "hint" }, ...facts.flatMap((fact, index) => (index ? [" · ", fact] : [fact])));
  return make("li", {}, picture, make("div", { className: "about" }, strong, line), ...buttons);
}

// A button of an entry; its accessible name includes the entry.
/** @type {(textContent: string, about: string, action: () => unknown) => HTMLButtonElement} */
export function button(textContent, about, action) {
  const element = make("button", { type: "button", textContent, ariaLabel: `${textContent}: ${about}` });
  element.addEventListener("click", action);
  return element;
}

// Text with a button that copies it. If the browser blocks copying, the text is selected instead.
/** @type {(label: string, text: string) => HTMLElement} */
export function copyable(label, text) {
  const input = make("input", { type: "text", value: text, readOnly: true, ariaLabel: label, spellcheck: false });
  const copy = make("button", { type: "button", textContent: "Copy" });
  const said = make("span", { className: "hidden", role: "status" });
  copy.addEventListener("click", async () => {
    input.select();
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = said.textContent = "Copied";
    } catch {
      said.textContent = "The text is selected. Copy it with the keyboard.";
    }
  });
  return make("div", { className: "copy" }, input, copy, said);
}
