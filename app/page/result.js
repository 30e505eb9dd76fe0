// The answer in words, bars and remarks.

import { find, make, percent } from "./dom.js";

const result = find("result");

// When the network is unsure, the service says: the operator sets where that begins.
function sureness({ prediction, warnings }) {
  if (warnings.some(({ code }) => code === "low-confidence")) return "The network is unsure: do not rely on this answer";
  return prediction.confidence >= 0.95 ? "The network is very sure" : "The network is fairly sure";
}

export function bars(answer) {
  const sorted = [...answer.probabilities].sort((one, other) => other.probability - one.probability);
  const list = make("ol", { className: "bars" });
  sorted.forEach((entry, index) => {
    const fill = make("span", { className: "fill" });
    fill.style.width = `${100 * entry.probability}%`;
    const track = make("span", { className: "track", ariaHidden: "true" }, fill);
    const share = make("span", { className: "share", textContent: percent(entry.probability) });
    list.append(
      make("li", {}, ...[make("span", { textContent: entry.label }), track, share].map((part) => {
        part.classList.toggle("first", index === 0);
        return part;
      })),
    );
  });
  return list;
}

function explanation(answer) {
  const { source, model, text, notice } = answer.explanation;
  const by = source === "gemini" ? `written by Google’s Gemini (${model})` : "written by this service";
  const heading = make("h3", { textContent: "Explanation" }, make("span", { className: "source", textContent: by }));
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => make("p", { textContent: paragraph }));
  return [heading, ...paragraphs, notice && make("p", { className: "hint", textContent: notice })];
}

function facts(entry) {
  const list = make("ul", {}, ...entry.characteristics.map((text) => make("li", { textContent: text })));
  const details = make("details", {}, make("summary", { textContent: `What “${entry.name}” means` }));
  details.append(make("p", { textContent: entry.description }), list);
  return details;
}

function timing({ timing_ms: ms, model, image }) {
  const parts = ["wait", "read", "forward", "heatmap", "explanation"].map((step) => `${step} ${Math.round(ms[step])}`);
  return make("p", {
    className: "timing",
    textContent:
      `${model.name} ${model.version} · ${image.width} × ${image.height} ${image.format} · ` +
      `${Math.round(ms.total)} ms (${parts.join(", ")})`,
  });
}

// `actions` has what the buttons do: save, explain, and compare where there are several models. `more` comes below them.
export function showResult(answer, classes, actions, more) {
  const { label, confidence, class: tumor } = answer.prediction;
  const warnings = answer.warnings.map(({ message }) => make("li", { textContent: message }));
  const buttons = make("div", { className: "buttons" });
  const offer = (textContent, action) => {
    const button = make("button", { type: "button", textContent });
    button.addEventListener("click", () => action(button));
    buttons.append(button);
  };
  offer("Save as PDF", actions.save);
  if (answer.explanation.source !== "gemini" && !answer.explanation.notice) offer("Explain with Gemini", actions.explain);
  if (actions.compare) offer("Compare the models", actions.compare);
  result.replaceChildren(
    make("h2", { className: "answer", textContent: label }),
    make("p", { className: "sure", textContent: `${sureness(answer)} (${percent(confidence)}).` }),
    bars(answer),
    make("ul", { className: "warnings" }, ...warnings),
    ...explanation(answer).filter(Boolean),
    facts(classes.find((entry) => entry.id === tumor)),
    buttons,
    more ?? "",
    make("div", { className: "compared", id: "compared" }),
    timing(answer),
    make("p", { className: "disclaimer", textContent: answer.disclaimer }),
  );
}

const place = (share, words) => words[Math.min(2, Math.floor(share * 3))];

// Where the heat lies.
export function focusWords(focus) {
  if (!focus) return "Nothing in the image speaks for this class.";
  const across = place(focus.x, ["left", "in the middle", "right"]);
  const down = place(focus.y, ["in the upper third", "at mid-height", "in the lower third"]);
  return `Strongest ${across}, ${down}, over ${Math.round(100 * focus.area)} % of the image.`;
}

export function showWaiting(name) {
  result.replaceChildren(make("p", { className: "empty", textContent: `${name} is being read …` }));
}

export function showComparison(answers) {
  find("compared").replaceChildren(
    ...answers.map((answer) =>
      make(
        "figure",
        {},
        make("img", { src: answer.heatmap.overlay, alt: `Heat-map of the model ${answer.model.name}` }),
        make("figcaption", {
          textContent: `${answer.model.name}: ${answer.prediction.label}, ${percent(answer.prediction.confidence)}`,
        }),
      ),
    ),
  );
}
