// The answer for a study: each series with its slices, and what was not used.

/** @import { Study, StudySeries } from "./types.js" */

import { find, make, site } from "./dom.js";
import { draw, percent } from "./figures.js";

const WIDTH = 600;
const HEIGHT = 140;

// Shows that the service reads a study of so many files.
/** @param {number} count */
export function expectStudy(count) {
  find("study-title").textContent = count === 1 ? "Study" : `Study of ${count} files`;
  find("study-title").className = "";
  find("study-answer").replaceChildren();
}

/** @param {Study} answer */
export function showStudy(answer) {
  const { conclusion, series, left_out: leftOut, warnings, disclaimer } = answer;
  const used = series.filter((each) => each.used);
  const unused = series.filter((each) => !each.used).map((each) => [titleOf(each), reasonsOf(each.reasons)]);
  /** @type {Map<string, number>} */
  const files = new Map();
  for (const { reasons } of leftOut) files.set(reasonsOf(reasons), (files.get(reasonsOf(reasons)) ?? 0) + 1);
  const others = [...files].map(([reasons, count]) => [count === 1 ? "1 file" : `${count} files`, reasons]);
  find("study-title").textContent = conclusion.headline;
  find("study-title").className = `answer ${conclusion.decision}`;
  find("study-answer").replaceChildren(
    make("p", { className: "sure" }, conclusionOf(conclusion)),
    list([...conclusion.reasons, ...warnings]),
    ...used.map(seriesPart),
    ...(unused.length + others.length ? [notUsed([...unused, ...others])] : []),
    make("p", { className: "disclaimer", textContent: `${disclaimer}${site.history ? " The history stores no study." : ""}` }),
  );
}

/** @param {Study["conclusion"]} conclusion */
function conclusionOf({ decision, prediction }) {
  if (decision === "outside") return "No series shows a head that the network can read.";
  if (decision === "other") return "The network gives no class. A person must read the study.";
  const probability = percent(prediction.confidence);
  return decision === "answer"
    ? `The network answers with a probability of ${probability}, combined from its slices.`
    : `Most probable: ${prediction.label}, ${probability}. A person must read the study.`;
}

/** @param {{ message: string }[]} reasons */
const reasonsOf = (reasons) => reasons.map(({ message }) => message).join(" ");

/** @param {{ message: string }[]} remarks */
const list = (remarks) =>
  make("ul", { className: "warnings" }, ...remarks.map(({ message }) => make("li", { textContent: message })));

/** @param {StudySeries} series */
function titleOf({ number, sequence, plane, frames }) {
  const facts = [sequence === "other" ? "another sequence" : sequence, plane, frames === 1 ? "1 slice" : `${frames} slices`];
  return `Series ${number ?? "without a number"}: ${facts.filter(Boolean).join(", ")}`;
}

/** @param {StudySeries} series */
function seriesPart(series) {
  const { conclusion, warnings, pictures, slices, orientation } = series;
  const heading = make("h3", { textContent: titleOf(series) });
  const said = conclusion.decision === "answer" ? `${conclusion.headline}, ${percent(conclusion.prediction.confidence)}` : conclusion.headline;
  return make(
    "section",
    { className: "series" },
    heading,
    make("p", {}, make("strong", { textContent: said }), orientation ? ` Slices are turned: ${orientation}.` : ""),
    list([...conclusion.reasons, ...warnings]),
    curve(series),
    montage(pictures.montage, slices),
    make(
      "div",
      { className: "compared" },
      ...pictures.deciding.map(({ index, title, overlay }) =>
        make(
          "figure",
          {},
          make("img", { src: overlay, alt: `${title}, slice ${index + 1}` }),
          make("figcaption", { textContent: `Slice ${index + 1}: ${title}. Tumor ${percent(tumorOf(slices[index]))}` }),
        ),
      ),
    ),
  );
}

// The probability of any tumor.
/** @param {StudySeries["slices"][number]} slice */
const tumorOf = ({ probabilities }) =>
  probabilities.filter((each) => each.class !== "notumor").reduce((sum, { probability }) => sum + probability, 0);

// The probability of a tumor over the slices. Filled dots decide; hollow ones were classified and are not used.
/** @param {StudySeries} series */
function curve({ slices }) {
  const known = slices.flatMap((slice, index) => (slice.probabilities ? [{ slice, index, tumor: tumorOf(slice) }] : []));
  const most = known.reduce((best, each) => (each.tumor > best.tumor ? each : best));
  /** @param {number} index */
  const across = (index) => (WIDTH * (index + 0.5)) / slices.length;
  /** @param {number} tumor */
  const down = (tumor) => HEIGHT * (1 - tumor);
  const plot = draw("svg", {
    viewBox: `-44 -10 ${WIDTH + 54} ${HEIGHT + 50}`,
    class: "plot wide",
    role: "img",
    "aria-label": `Probability of a tumor over ${slices.length} slices; highest in slice ${most.index + 1}: ${percent(most.tumor)}`,
  });
  for (const value of [0, 0.5, 1]) {
    plot.append(
      draw("line", { x1: 0, x2: WIDTH, y1: down(value), y2: down(value), class: "grid" }),
      draw("text", { x: -8, y: down(value) + 4, class: "tick end" }, `${100 * value} %`),
    );
  }
  const used = known.filter(({ slice }) => slice.used);
  const points = used.map(({ index, tumor }) => `${across(index)},${down(tumor)}`).join(" ");
  plot.append(draw("polyline", { points, class: "course" }));
  for (const { slice, index, tumor } of known) {
    const kind = slice.deciding ? "after" : "before";
    const dot = draw("circle", { cx: across(index), cy: down(tumor), r: slice.used ? 4 : 2.5, class: kind });
    dot.append(draw("title", {}, `Slice ${index + 1}: ${percent(tumor)}${slice.reason ? `. ${slice.reason.message}` : ""}`));
    plot.append(dot);
  }
  plot.append(
    draw("text", { x: across(0), y: HEIGHT + 18, class: "tick middle" }, 1),
    draw("text", { x: across(slices.length - 1), y: HEIGHT + 18, class: "tick middle" }, slices.length),
    draw("text", { x: WIDTH / 2, y: HEIGHT + 34, class: "tick middle" }, "slice"),
  );
  const legend = "Probability of a tumor. Filled: slices that decide. Hollow: others; small ones are not used.";
  return make("figure", { className: "curve" }, plot, make("figcaption", { className: "hint", textContent: legend }));
}

/** @type {(montage: StudySeries["pictures"]["montage"], slices: StudySeries["slices"]) => HTMLElement} */
function montage({ image, columns, slices: shown }, slices) {
  const across = Math.min(columns, shown.length);
  const down = Math.ceil(shown.length / columns);
  const marks = shown.map((index, at) => {
    const mark = make("span", { className: slices[index].deciding ? "tile deciding" : "tile", textContent: String(index + 1) });
    mark.style.left = `${(100 * (at % columns)) / across}%`;
    mark.style.top = `${(100 * Math.floor(at / columns)) / down}%`;
    mark.style.width = `${100 / across}%`;
    mark.style.height = `${100 / down}%`;
    return mark;
  });
  const all = shown.length === slices.length ? "" : ` ${shown.length} of ${slices.length} slices are shown.`;
  return make(
    "figure",
    { className: "montage" },
    make("div", { ariaHidden: "true" }, make("img", { src: image, alt: "" }), ...marks),
    make("figcaption", { className: "hint", textContent: `The slices, by number. Framed: those that decide.${all}` }),
  );
}

/** @param {string[][]} rows */
function notUsed(rows) {
  return make(
    "section",
    { className: "series" },
    make("h3", { textContent: "Not used" }),
    make("dl", {}, ...rows.flatMap(([name, reasons]) => [make("dt", { textContent: name }), make("dd", { textContent: reasons })])),
  );
}
