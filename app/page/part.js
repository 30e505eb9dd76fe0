// A part of a page, under its heading: what is told there, and lists of what is kept.

import { complain, find, make } from "./dom.js";

// The part with this id: its element, and how to tell something in it.
export function partOf(id) {
  const element = find(id);
  const [heading, status, problem] = ["h2", ".status", ".problem"].map((part) => element.querySelector(part));
  const tell = (text) => {
    status.textContent = text;
  };

  // Runs what a person asked for; what goes wrong is told.
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

  // Tells what was done where the button for it is gone, and with it the focus.
  function done(text) {
    tell(text);
    heading.focus();
  }

  return { element, tell, attempt, done };
}

// One of a list: what it is, what is known of it, and what can be done with it.
export function entry(title, facts, { marks = [], picture = null, buttons = [] } = {}) {
  const strong = make("strong", { textContent: title });
  strong.append(...marks.flatMap((textContent) => [" ", make("span", { className: "mark", textContent })]));
  const line = make("span", { className: "hint" }, ...facts.flatMap((fact, index) => (index ? [" · ", fact] : [fact])));
  return make("li", {}, picture, make("div", { className: "about" }, strong, line), ...buttons);
}

// A button of an entry; who hears it hears what it is about.
export function button(textContent, about, action) {
  const element = make("button", { type: "button", textContent, ariaLabel: `${textContent}: ${about}` });
  element.addEventListener("click", action);
  return element;
}

// Text to take along, with a button that copies it. Where the browser lets no page copy, the text is marked instead.
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
      said.textContent = "The text is marked. Copy it with the keyboard.";
    }
  });
  return make("div", { className: "copy" }, input, copy, said);
}
