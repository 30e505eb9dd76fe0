// Several scans: one row each, sortable, with export to CSV.

/** @import { Scan } from "./types.js" */

import { predict } from "./api.js";
import { buttonsOf, find, make, save, site } from "./dom.js";
import { beginProgress } from "./progress.js";
import { spreadsheet } from "./spreadsheet.js";

const body = find("rows");
/**
 * @typedef {Scan & {
 *   source: File,
 *   row: HTMLTableRowElement,
 *   label?: string,
 *   confidence?: number,
 *   problem?: import("./api.js").Problem,
 * }} Row
 * The label and the confidence are for sorting.
 */

/** @type {Row[]} */
let rows = [];
/** @type {{ key: "name" | "label" | "confidence" | null, ascending: boolean }} */
let sorting = { key: null, ascending: true };

/**
 * Classifies files until all are done or the user cancels.
 * @param {Iterable<File>} files
 * @param {string} model
 * @param {(scan: Scan) => unknown} open
 * @returns {Promise<string | null>} What was done; null if other files have replaced these.
 */
export async function fillTable(files, model, open) {
  rows = [...files].map((source) => (
    { source, url: URL.createObjectURL(source), name: source.name, row: make("tr") }
  ));
  const mine = rows;
  sorting = { key: null, ascending: true };
  for (const entry of rows) draw(entry, "…", open);
  arrange();
  const { signal, step, end } = beginProgress(rows.length);
  const waiting = rows.values();
  async function work() {
    for (const entry of waiting) {
      if (signal.aborted) return;
      try {
        entry.answer = await predict(entry.source, { model }, { signal });
        entry.label = entry.answer.display.headline;
        // A scan without a class is sorted last.
        entry.confidence = entry.answer.prediction?.confidence;
      } catch (problem) {
        if (signal.aborted) return;
        if (!("advice" in problem)) throw problem;
        entry.problem = problem;
      }
      draw(entry, "", open);
      step();
    }
  }
  let cancelled = false;
  try {
    await Promise.all(Array.from({ length: site.limits.threads }, work));
    cancelled = signal.aborted;
  } finally {
    end();
  }
  if (rows !== mine) return null;
  const left = rows.filter(({ answer, problem }) => !answer && !problem);
  for (const entry of left) draw(entry, "Not classified", open);
  arrange();
  return `${cancelled ? "Cancelled: " : ""}${rows.length - left.length} of ${rows.length} scans classified.`;
}

// The files of all rows, in the order in which they were chosen.
export const filesOfTable = () => rows.map(({ source }) => source);

// Focuses the button of a row, which opens its scan.
/** @param {Scan} scan */
export function focusRow(scan) {
  rows.find((entry) => entry === scan)?.row.querySelector("button").focus();
}

/** @type {(entry: Row, state: string, open: (scan: Scan) => unknown) => void} */
function draw(entry, state, open) {
  const { answer, problem, row, name, url } = entry;
  const picture = answer?.display.heatmap_title
    ? make("img", { src: answer.heatmap.overlay, alt: `${answer.display.heatmap_title}, ${name}` })
    : make("img", { src: url, alt: "" });
  // A browser may not display the format of the file.
  picture.addEventListener("error", () => picture.replaceWith(make("span", { className: "blank" })));
  const button = make("button", { type: "button", ariaLabel: `Show ${name}`, disabled: !answer }, picture);
  button.addEventListener("click", () => open(entry));
  const remarks = answer ? answer.warnings.map(({ message }) => message).join(" ") : "";
  row.replaceChildren(
    make("td", { className: "picture" }, button),
    make("td", { className: "name", textContent: name }),
    make("td", { className: "label", textContent: problem?.title ?? entry.label ?? state }),
    make("td", { className: "number", textContent: answer?.display.probability ?? "" }),
    make("td", { className: "remarks", textContent: problem ? `${problem.message} ${problem.advice}` : remarks }),
  );
  row.classList.toggle("failed", Boolean(problem));
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
  const lines = [["file", "decision", "prediction_set", "class", "confidence", ...classes, "sequence", "plane", "model", "warnings"]];
  for (const { name, answer, problem } of rows) {
    const shares = answer ? answer.probabilities.map(({ probability }) => probability) : classes.map(() => "");
    lines.push([
      name,
      answer?.decision ?? "",
      answer?.prediction_set?.classes.join(" ") ?? "",
      answer?.prediction?.class ?? "",
      answer?.prediction?.confidence ?? "",
      ...shares,
      answer?.acquisition?.sequence.id ?? "",
      answer?.acquisition?.plane.id ?? "",
      answer?.display.model ?? "",
      problem ? problem.message : (answer?.warnings.map(({ message }) => message).join(" ") ?? ""),
    ]);
  }
  save(spreadsheet(lines), "predictions.csv");
});
