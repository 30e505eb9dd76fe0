// Figures of a report, for people: cards, tables, and the reliability diagram.

import { make, percent } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const PLOT = 240;

export const interval = ({ low, high }) => `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %`;
export const share = (proportion) => (proportion.value === null ? "–" : percent(proportion.value));

export function section(title, ...children) {
  return make("section", {}, make("h2", { textContent: title }), ...children);
}

export function card(title, value, ...remark) {
  return make(
    "div",
    { className: "card" },
    make("dt", { textContent: title }),
    make("dd", {}, make("strong", { textContent: value }), make("span", {}, ...remark)),
  );
}

// A table from rows of cells; the first row and the first column are headings.
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
  return table(caption, [["Is \\ is called", ...classes.map((id) => names[id])], ...rows]);
}

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

export function draw(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// Confidence against accuracy of each bin; a dot's area is its share of the images.
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
    draw("text", { x: -PLOT / 2, y: -34, class: "tick middle", transform: "rotate(-90)" }, "share called rightly"),
  );
  const legend = make("figcaption", {
    className: "hint",
    textContent:
      `On the diagonal, a probability is what it says. Filled: after temperature scaling (error ${percent(calibrated.ece)}); ` +
      `hollow: before (${percent(uncalibrated.ece)}). Area: how many images.`,
  });
  return make("figure", { className: "reliability" }, plot, legend);
}
