// Figures of evaluation reports: cards, tables and the reliability diagram.

import { make } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const PLOT = 240;
const DECISIONS = {
  answer: "Answered",
  uncertain: "Uncertain",
  other: "None of the classes",
  outside: "Not a brain MRI",
};

/**
 * A measured share with its 95 % interval.
 * @typedef {{ value: number | null, low: number, high: number }} Proportion
 */

// A measured share in percent. As on the server, rounding never gives 0 or 100 %; only none and all do.
/** @param {number} value */
export function percent(value) {
  if (value > 0.999 && value < 1) return "over 99.9 %";
  if (value > 0 && value < 0.001) return "under 0.1 %";
  return `${(100 * value).toFixed(1)} %`;
}

/** @param {Pick<Proportion, "low" | "high">} figure */
export const interval = ({ low, high }) => `${percent(low).replace(" %", "")} to ${percent(high)}`;

/** @param {Pick<Proportion, "value">} figure */
export const share = ({ value }) => (value === null ? "–" : percent(value));

/** @type {(title: string, ...children: Node[]) => HTMLElement} */
export function section(title, ...children) {
  return make("section", {}, make("h2", { textContent: title }), ...children);
}

/** @type {(title: string, value: string, ...remark: (Node | string)[]) => HTMLElement} */
export function card(title, value, ...remark) {
  return make(
    "div",
    { className: "card" },
    make("dt", { textContent: title }),
    make("dd", {}, make("strong", { textContent: value }), make("span", {}, ...remark)),
  );
}

/**
 * A table; the first row and the first column are headings.
 * @param {string} caption
 * @param {[string[], ...(any[])[]]} rows Cells are elements, strings or numbers.
 */
export function table(caption, rows) {
  const [head, ...rest] = rows;
  const body = rest.map(([first, ...cells]) =>
    make("tr", {}, make("th", { scope: "row", textContent: first }), ...cells.map((cell) => cell instanceof Node ? cell : make("td", { className: "number", textContent: cell }))),
  );
  return make(
    "div",
    { className: "scroll", tabIndex: 0, role: "region", ariaLabel: caption },
    make(
      "table",
      {},
      make("caption", { textContent: caption }),
      make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col", textContent: text })))),
      make("tbody", {}, ...body),
    ),
  );
}

/** @type {(part: any, caption: string, names: Record<string, string>) => HTMLElement} */
export function confusion(part, caption, names) {
  const classes = Object.keys(part.per_class);
  const rows = part.confusion.map((counts, row) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const cells = counts.map((count, column) => {
      const cell = make("td", { className: "cell", textContent: count });
      cell.style.setProperty("--heat", `${Math.round((100 * count) / Math.max(total, 1))}%`);
      cell.classList.toggle("right", row === column);
      return cell;
    });
    return [names[classes[row]], ...cells];
  });
  return table(caption, [["True class \\ predicted", ...classes.map((id) => names[id])], ...rows]);
}

/** @type {(part: any, caption: string, names: Record<string, string>) => HTMLElement} */
export function perClass(part, caption, names) {
  const rows = Object.entries(part.per_class).map(([id, figures]) => [
    names[id],
    `${share(figures.sensitivity)} (${interval(figures.sensitivity)})`,
    `${share(figures.specificity)} (${interval(figures.specificity)})`,
    share(figures.ppv),
    figures.auroc === null ? "–" : figures.auroc.toFixed(4),
    figures.images,
  ]);
  return table(caption, [
    ["Class", "Sensitivity", "Specificity", "PPV", "AUROC", "Images"],
    ...rows,
  ]);
}

// The decisions, on scans of the classes and on others, and the figures by recognised sequence and plane.
/** @param {any} trusted */
export function decided({ decisions, others, by_sequence: sequences, by_plane: planes }) {
  /** @type {(figure: Proportion & { count: number }) => string} */
  const counted = (figure) => `${figure.count} (${share(figure)})`;
  const rows = Object.entries(DECISIONS).map(([id, name]) => [
    name,
    counted(decisions[id]),
    ...(others ? [counted(others[id])] : []),
  ]);
  const acquired = Object.entries({ sequence: sequences, plane: planes })
    .filter(([, parts]) => parts.length)
    .map(([name, parts]) =>
      table(`Scans of the four classes by the ${name} that the network recognises`, [
        [name === "plane" ? "Plane" : "Sequence", "Scans", "Accuracy", "Answered", "Accuracy of these answers", "None of the classes"],
        ...parts.map((part) => [
          part.label,
          part.accuracy.total,
          `${share(part.accuracy)} (${interval(part.accuracy)})`,
          share(part.decisions.answer),
          share(part.right_where_answered),
          share(part.decisions.other),
        ]),
      ]),
    );
  return section(
    "Decisions",
    table("Scans with each decision", [["Decision", "Scans of the four classes", ...(others ? ["Scans labelled “other”"] : [])], ...rows]),
    ...acquired,
  );
}

/** @type {(tag: string, attributes: Record<string, string | number>, text?: string | number) => Element} */
export function draw(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = String(text);
  return element;
}

// Confidence and accuracy of each bin; the area of a dot shows its share of the images.
/** @param {any} part */
export function reliability({ calibrated, uncalibrated, images }) {
  const plot = draw("svg", {
    viewBox: `-44 -18 ${PLOT + 64} ${PLOT + 64}`,
    class: "plot",
    role: "img",
    "aria-label":
      `Reliability diagram: calibration error ${percent(uncalibrated.ece)} before temperature scaling, ` +
      `${percent(calibrated.ece)} after it`,
  });
  for (const value of [0, 0.25, 0.5, 0.75, 1]) {
    const at = value * PLOT;
    plot.append(
      draw("line", { x1: 0, x2: PLOT, y1: PLOT - at, y2: PLOT - at, class: "grid" }),
      draw("text", { x: -8, y: PLOT - at + 4, class: "tick end" }, value),
      draw("text", { x: at, y: PLOT + 18, class: "tick middle" }, value),
    );
  }
  plot.append(draw("line", { x1: 0, y1: PLOT, x2: PLOT, y2: 0, class: "ideal" }));
  for (const [kind, { bins }] of Object.entries({ before: uncalibrated, after: calibrated })) {
    for (const bin of bins.filter(({ accuracy }) => accuracy !== null)) {
      const radius = 3 + 12 * Math.sqrt(bin.images / images);
      plot.append(
        draw("circle", { cx: bin.confidence * PLOT, cy: PLOT - bin.accuracy * PLOT, r: radius.toFixed(1), class: kind }),
      );
    }
  }
  plot.append(
    draw("text", { x: PLOT / 2, y: PLOT + 38, class: "tick middle" }, "confidence"),
    draw("text", { x: -PLOT / 2, y: -34, class: "tick middle", transform: "rotate(-90)" }, "accuracy"),
  );
  const legend = make("figcaption", {
    className: "hint",
    textContent:
      `On the diagonal, probabilities are perfectly calibrated. Filled: after temperature scaling (calibration error ` +
      `${percent(calibrated.ece)}). Hollow: before (${percent(uncalibrated.ece)}). The area shows the number of images.`,
  });
  return make("figure", { className: "reliability" }, plot, legend);
}
