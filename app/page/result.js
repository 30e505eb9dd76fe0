// The answer in words, bars and remarks.

import { find, make, percent } from "./dom.js";

const result = find("result");

const byProbability = (answer) => [...answer.probabilities].sort((one, other) => other.probability - one.probability);

// The classes that an uncertain network leaves open, the most probable first; never none.
function leftOpen(answer) {
  const chosen = answer.prediction_set?.classes ?? [];
  const labels = byProbability(answer).filter((entry) => chosen.includes(entry.class)).map(({ label }) => label);
  return labels.length ? labels : [answer.prediction.label];
}

const listed = (words) => words.join(", ").replace(/, ([^,]*)$/, " or $1");

// The decision in a few words: a class where the network answers, else that it does not. What was kept before there
// were decisions was shown as an answer, and is so still.
export function headline(answer) {
  if (answer.decision === "outside") return "No answer";
  if (answer.decision !== "uncertain") return answer.prediction.label;
  return `Uncertain: ${listed(leftOpen(answer).map((label) => label.toLowerCase()))}`;
}

// The same on one line, with a number where it means something.
export function briefly(answer) {
  if (answer.decision === "outside") return "No answer: not a brain MRI that the network knows";
  return answer.decision === "uncertain" ? headline(answer) : `${headline(answer)}, ${percent(answer.prediction.confidence)}`;
}

// When the network is unsure, the service says: the operator sets where that begins.
function standing(answer) {
  const { decision, prediction, warnings } = answer;
  if (decision === "outside") {
    return "This does not look like a brain MRI that the network knows. Its probabilities mean nothing here.";
  }
  if (decision === "uncertain") return "The network does not decide: a person has to read this slice.";
  return `${sureness(prediction, warnings)} (${percent(prediction.confidence)}).${certainty(answer)}`;
}

function certainty({ prediction_set: set, prediction }) {
  if (!set || set.classes.join() !== prediction.class) return "";
  return ` No other class is left at a coverage of ${100 * set.coverage} %.`;
}

function sureness(prediction, warnings) {
  if (warnings.some(({ code }) => code === "low-confidence")) return "The network is unsure: do not rely on this answer";
  return prediction.confidence >= 0.95 ? "The network is very sure" : "The network is fairly sure";
}

export function bars(answer) {
  const leads = answer.decision !== "uncertain" && answer.decision !== "outside";
  const list = make("ol", { className: answer.decision === "outside" ? "bars void" : "bars" });
  byProbability(answer).forEach((entry, index) => {
    const fill = make("span", { className: "fill" });
    fill.style.width = `${100 * entry.probability}%`;
    const track = make("span", { className: "track", ariaHidden: "true" }, fill);
    const share = make("span", { className: "share", textContent: percent(entry.probability) });
    list.append(
      make("li", {}, ...[make("span", { textContent: entry.label }), track, share].map((part) => {
        part.classList.toggle("first", leads && index === 0);
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

// The classes that the decision stands for or leaves open.
function meant(answer, classes) {
  if (answer.decision === "outside") return [];
  const open = answer.decision === "uncertain" ? (answer.prediction_set?.classes ?? []) : [];
  return classes.filter(({ id }) => (open.length ? open : [answer.prediction.class]).includes(id));
}

// `actions` has what the buttons do: save, explain, and compare where there are several models. `more` comes below them.
export function showResult(answer, classes, actions, more) {
  const warnings = answer.warnings.map(({ message }) => make("li", { textContent: message }));
  const buttons = make("div", { className: "buttons" });
  const offer = (textContent, action) => {
    const button = make("button", { type: "button", textContent });
    button.addEventListener("click", () => action(button));
    buttons.append(button);
  };
  offer("Save as PDF", actions.save);
  const askable = answer.decision !== "outside" && answer.explanation.source !== "gemini" && !answer.explanation.notice;
  if (askable) offer("Explain with Gemini", actions.explain);
  if (actions.compare) offer("Compare the models", actions.compare);
  result.replaceChildren(
    make("h2", { className: "answer", textContent: headline(answer) }),
    make("p", { className: "sure", textContent: standing(answer) }),
    bars(answer),
    make("ul", { className: "warnings" }, ...warnings),
    ...explanation(answer).filter(Boolean),
    ...meant(answer, classes).map(facts),
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
        answer.decision === "outside"
          ? null
          : make("img", { src: answer.heatmap.overlay, alt: `Heat-map of the model ${answer.model.name}` }),
        make("figcaption", {
          textContent: `${answer.model.name}: ${briefly(answer)}`,
        }),
      ),
    ),
  );
}
