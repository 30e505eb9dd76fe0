// Several scans: a row each, sortable, as CSV.

import { predict } from "./api.js";
import { find, make, percent, save } from "./dom.js";
import { headline } from "./result.js";

// As many as the service computes at a time.
const AT_ONCE = 2;

const body = find("rows");
let rows = [];
let sorting = { key: null, ascending: true };

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
        entry.label = headline(entry.answer);
        // Where there is no answer the number would be taken for one.
        entry.confidence = entry.answer.decision === "outside" ? undefined : entry.answer.prediction.confidence;
      } catch (problem) {
        entry.problem = problem;
      }
      done += 1;
      draw(entry, open);
      tell(`${done} of ${mine.length} scans are read.`);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  arrange();
}

function draw(entry, open) {
  const { answer, problem, row } = entry;
  const picture = answer && answer.decision !== "outside"
    ? make("img", { src: answer.heatmap.overlay, alt: `Heat-map of ${entry.name}` })
    : make("span", { className: "blank" });
  const button = make("button", { type: "button", ariaLabel: `Show ${entry.name}`, disabled: !answer }, picture);
  button.addEventListener("click", () => open(entry.file, entry.answer));
  const remarks = answer ? answer.warnings.map(({ message }) => message).join(" ") : "";
  row.replaceChildren(
    make("td", {}, button),
    make("td", { textContent: entry.name }),
    make("td", { textContent: problem ? "" : (entry.label ?? "…") }),
    make("td", { className: "number", textContent: entry.confidence === undefined ? "" : percent(entry.confidence) }),
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
  for (const button of document.querySelectorAll("[data-sort]")) {
    const value = button.dataset.sort === key ? (ascending ? "ascending" : "descending") : "none";
    button.closest("th").setAttribute("aria-sort", value);
  }
}

// What failed has no value and comes last.
function compare(one, other) {
  if (one === undefined || other === undefined) return (one === undefined) - (other === undefined);
  return typeof one === "number" ? one - other : one.localeCompare(other);
}

for (const button of document.querySelectorAll("[data-sort]")) {
  button.addEventListener("click", () => {
    const key = button.dataset.sort;
    sorting = { key, ascending: sorting.key === key ? !sorting.ascending : true };
    arrange();
  });
}

find("csv").addEventListener("click", () => {
  const classes = rows.find(({ answer }) => answer)?.answer.probabilities.map((entry) => entry.class) ?? [];
  const lines = [["file", "decision", "prediction_set", "class", "confidence", ...classes, "model", "remarks"]];
  for (const { name, answer, problem } of rows) {
    const shares = answer ? answer.probabilities.map(({ probability }) => probability) : classes.map(() => "");
    lines.push([
      name,
      answer?.decision ?? "",
      answer?.prediction_set?.classes.join(" ") ?? "",
      answer?.prediction.class ?? "",
      answer?.prediction.confidence ?? "",
      ...shares,
      answer ? `${answer.model.name} ${answer.model.version}` : "",
      problem ? problem.message : (answer?.warnings.map(({ message }) => message).join(" ") ?? ""),
    ]);
  }
  const text = lines.map((line) => line.map(cell).join(",")).join("\r\n");
  save(new Blob([text], { type: "text/csv" }), "predictions.csv");
});

// A cell that begins like a formula would be run by a spreadsheet.
function cell(value) {
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
