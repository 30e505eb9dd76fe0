// The result of a scan: headline, bars, warnings, explanation. Every text comes from the server, in `display`.

/** @import { Prediction, Displayed, ClassInfo } from "./types.js" */

import { find, make, site } from "./dom.js";

const result = find("result");
// The page before the first scan; the history page has no result.
const introduction = [...(result?.childNodes ?? [])];

// The classes from most to least probable; only the class of an answer is highlighted.
/** @param {Displayed} answer */
export function bars({ display, probabilities }) {
  const list = make("ol", { className: "bars" });
  for (const shown of display.classes) {
    const { probability } = probabilities.find((entry) => entry.class === shown.class);
    const fill = make("span", { className: "fill" });
    fill.style.width = `${100 * probability}%`;
    const track = make("span", { className: "track", ariaHidden: "true" }, fill);
    const share = make("span", { className: "share", textContent: shown.probability });
    list.append(
      make("li", {}, ...[make("span", { textContent: shown.name }), track, share].map((part) => {
        part.classList.toggle("first", shown.role === "answer");
        return part;
      })),
    );
  }
  return list;
}

/** @param {Displayed} answer */
export const warningList = ({ warnings }) =>
  make("ul", { className: "warnings" }, ...warnings.map(({ message }) => make("li", { textContent: message })));

/** @param {Prediction} answer */
function explanation({ display, explanation: { text, notice } }) {
  const by = make("span", { className: "source", textContent: display.author });
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => make("p", { textContent: paragraph }));
  return [
    make("h3", { id: "explanation", tabIndex: -1, textContent: "Explanation" }, by),
    ...paragraphs,
    ...(notice ? [make("p", { className: "hint", textContent: notice })] : []),
  ];
}

// Sequence and plane, and what is known of the accuracy with this sequence.
/** @param {Pick<Displayed, "display">} answer */
export const acquisition = ({ display }) =>
  make("p", { className: "acquisition", textContent: [display.acquisition, display.accuracy].filter(Boolean).join(" ") });

/** @param {ClassInfo} entry */
function facts(entry) {
  const list = make("ul", {}, ...entry.characteristics.map((text) => make("li", { textContent: text })));
  const details = make("details", {}, make("summary", { textContent: `About “${entry.name}”` }));
  details.append(make("p", { textContent: entry.description }), list);
  return details;
}

/**
 * @param {Prediction} answer
 * @param {ClassInfo[]} classes
 * @param {{ save: Action, explain: Action, compare: Action | false }} actions What the buttons do; there is nothing to
 *   compare with a single model.
 * @param {Node | null} more Shown below the buttons.
 * @typedef {(button: HTMLButtonElement) => unknown} Action
 */
export function showResult(answer, classes, actions, more) {
  const { display, explanation: written, decision } = answer;
  // What is behind the fold: the probabilities of an image that gets no class.
  const folded = {
    other: "Show the probabilities anyway (the slice seems to show none of these classes)",
    outside: "Show probabilities anyway (not meaningful)",
  }[decision];
  const named = display.classes.filter(({ role }) => role !== "other").map((shown) => shown.class);
  const buttons = make("div", { className: "buttons" });
  /** @type {(textContent: string, action: Action) => void} */
  const offer = (textContent, action) => {
    const button = make("button", { type: "button", textContent });
    button.addEventListener("click", () => action(button));
    buttons.append(button);
  };
  offer("Save as PDF", actions.save);
  if (site.gemini && decision !== "outside" && written.source !== "gemini" && !written.notice) offer("Explain with Gemini", actions.explain);
  if (actions.compare) offer("Compare the models", actions.compare);
  const sentences = [display.decision, display.prediction_set, display.agreement].filter(Boolean);
  result.replaceChildren(
    make("h2", { className: `answer ${decision}`, textContent: display.headline }),
    make("p", { className: "sure", textContent: sentences.join(" ") }),
    acquisition(answer),
    folded ? make("details", {}, make("summary", { textContent: folded }), bars(answer)) : bars(answer),
    warningList(answer),
    ...explanation(answer),
    ...classes.filter(({ id }) => named.includes(id)).map(facts),
    buttons,
    more ?? "",
    make("div", { className: "compared", id: "compared" }),
    make("p", { className: "timing", textContent: [display.model, display.image, display.timing].join(" · ") }),
    make("p", { className: "disclaimer", textContent: answer.disclaimer }),
  );
}

/** @param {string} name */
export function showWaiting(name) {
  result.replaceChildren(make("p", { className: "empty", textContent: `Classifying ${name} …` }));
}

export function clearResult() {
  result.replaceChildren(...introduction);
}

/** @param {Prediction[]} answers Of one scan, by different models. */
export function showComparison(answers) {
  find("compared").replaceChildren(
    ...answers.map(({ display, heatmap, model }) =>
      make(
        "figure",
        {},
        display.heatmap_title && make("img", { src: heatmap.overlay, alt: `${display.heatmap_title}, ${model.name}` }),
        make("figcaption", { textContent: `${model.name}: ${display.summary}` }),
      ),
    ),
  );
}
