// Several scans: one row each, sortable, with export to CSV.

/** @import { Prediction } from "./types.js" */

import { predict } from "./api.js";
import { buttonsOf, find, make, save, site } from "./dom.js";
import { spreadsheet } from "./spreadsheet.js";

const body = find("rows");
/**
 * @typedef {object} Row
 * @property {File} file
 * @property {string} name
 * @property {HTMLTableRowElement} row
 * @property {Prediction} [answer]
 * @property {string} [label] For sorting.
 * @property {number} [confidence] For sorting.
 * @property {import("./api.js").Problem} [problem]
 */

/** @type {Row[]} */
let rows = [];
/** @type {{ key: "name" | "label" | "confidence" | null, ascending: boolean }} */
let sorting = { key: null, ascending: true };

/**
 * @param {FileList} files
 * @param {string} model
 * @param {(file: File, answer: Prediction) => unknown} open
 * @param {(text: string) => unknown} tell
 */
export async function showTable(files, model, open, tell) {
  rows = [...files].map((file) => ({ file, name: file.name, row: make("tr") }));
  const mine = rows;
  sorting = { key: null, ascending: true };
  find("table").hidden = false;
  for (const entry of rows) draw(entry, open);
  arrange();
  const waiting = rows.values();
  let done = 0;
  async function work() {
    for (const entry of waiting) {
      if (rows !== mine) return;
      try {
        entry.answer = await predict(entry.file, { model });
        entry.label = entry.answer.display.headline;
        // A scan without a class is sorted last.
        entry.confidence = entry.answer.prediction?.confidence;
      } catch (problem) {
        entry.problem = problem;
      }
      done += 1;
      draw(entry, open);
      tell(`${done} of ${mine.length} scans classified.`);
    }
  }
  await Promise.all(Array.from({ length: site.limits.workers }, work));
  arrange();
}

/** @type {(entry: Row, open: (file: File, answer: Prediction) => unknown) => void} */
function draw(entry, open) {
  const { answer, problem, row } = entry;
  const picture = answer?.display.heatmap_title
    ? make("img", { src: answer.heatmap.overlay, alt: `${answer.display.heatmap_title}, ${entry.name}` })
    : make("span", { className: "blank" });
  const button = make("button", { type: "button", ariaLabel: `Show ${entry.name}`, disabled: !answer }, picture);
  button.addEventListener("click", () => open(entry.file, entry.answer));
  const remarks = answer ? answer.warnings.map(({ message }) => message).join(" ") : "";
  row.replaceChildren(
    make("td", {}, button),
    make("td", { textContent: entry.name }),
    make("td", { textContent: problem ? "" : (entry.label ?? "…") }),
    make("td", { className: "number", textContent: answer?.display.probability ?? "" }),
    make("td", {
      className: problem ? "failed" : "",
      textContent: problem ? `${problem.title}. ${problem.message} ${problem.advice}` : remarks,
    }),
  );
}

function arrange() {
  const { key, ascending } = sorting;
  const order = key
    ? [...rows].sort((one, other) => compare(one[key], other[key]) * (ascending ? 1 : -1))
    : rows;
  body.replaceChildren(...order.map((entry) => entry.row));
  for (const button of buttonsOf("[data-sort]")) {
    const value = button.dataset.sort === key ? (ascending ? "ascending" : "descending") : "none";
    button.closest("th").setAttribute("aria-sort", value);
  }
}

// Rows without a value come last.
/** @type {(one: string | number | undefined, other: string | number | undefined) => number} */
function compare(one, other) {
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
  return typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other));
}

for (const button of buttonsOf("[data-sort]")) {
  button.addEventListener("click", () => {
    const key = /** @type {"name" | "label" | "confidence"} */ (button.dataset.sort);
    sorting = { key, ascending: sorting.key === key ? !sorting.ascending : true };
    arrange();
  });
}

find("csv").addEventListener("click", () => {
  const classes = rows.find(({ answer }) => answer)?.answer.probabilities.map((entry) => entry.class) ?? [];
  /** @type {unknown[][]} */
  const lines = [["file", "decision", "prediction_set", "class", "confidence", ...classes, "model", "warnings"]];
  for (const { name, answer, problem } of rows) {
    const shares = answer ? answer.probabilities.map(({ probability }) => probability) : classes.map(() => "");
    lines.push([
      name,
      answer?.decision ?? "",
      answer?.prediction_set?.classes.join(" ") ?? "",
      answer?.prediction?.class ?? "",
      answer?.prediction?.confidence ?? "",
      ...shares,
      answer?.display.model ?? "",
      problem ? problem.message : (answer?.warnings.map(({ message }) => message).join(" ") ?? ""),
    ]);
  }
  save(spreadsheet(lines), "predictions.csv");
});
