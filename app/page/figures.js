// Figures with their intervals, and tables of them.

import { make, percent } from "./dom.js";

export const interval = ({ low, high }) => `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %`;
export const share = (proportion) => (proportion.value === null ? "–" : percent(proportion.value));

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
