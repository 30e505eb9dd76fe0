// Accuracy on the scans whose class a reader has confirmed.

import { get, queryOf } from "./api.js";
import { find, make } from "./dom.js";
import { interval, percent, share, table } from "./figures.js";
import { partOf } from "./part.js";

const part = partOf("confirmed");
const shown = part.element.querySelector(".figures");
const period = find("period");

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const PERIODS = { month: { year: "numeric", month: "long" }, week: { dateStyle: "medium" } };

/** @param {string} day */
const beginning = (day) => new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, { ...PERIODS[period.value], timeZone: "UTC" });

/** @param {any} performance */
function cells({ cases, accuracy, calibration_error: error, coverage }) {
  const sets = coverage.map(({ promised, held }) => `${share(held)} (nominal ${Number((100 * promised).toFixed(2))} %)`).join(", ");
  return [cases, `${share(accuracy)} (${interval(accuracy)})`, `${percent(error.value)} (${interval(error)})`, sets || "–"];
}

/** @param {any} statistics */
function draw({ selection, overall, models, periods }) {
  if (!overall) {
    shown.replaceChildren();
    part.tell("No result is confirmed yet. Open a result above and give feedback.");
    return;
  }
  const rows = [
    ["All", ...cells(overall)],
    ...models.map(({ model, performance }) => [`${model.name} ${model.version}`, ...cells(performance)]),
    ...periods.map(({ begin, model, performance }) => [`${beginning(begin)}, ${model.name} ${model.version}`, ...cells(performance)]),
  ];
  const bounds =
    selection.confirmed === selection.answers
      ? "All results are confirmed."
      : `${selection.confirmed} of ${selection.answers} results are confirmed. The accuracy on all results is between ` +
        `${percent(selection.lowest)} and ${percent(selection.highest)}; these cases cannot narrow it further, because ` +
        "readers do not choose them at random.";
  shown.replaceChildren(
    make("p", { className: "hint", textContent: bounds }),
    table("Confirmed cases, with 95 % intervals", [["Group", "Cases", "Accuracy", "Calibration error", "Coverage of prediction sets"], ...rows]),
  );
}

export function showConfirmed() {
  return part.attempt(async () => draw(await get(`/monitoring/feedback?${queryOf({ period: period.value })}`)));
}

period.addEventListener("change", showConfirmed);
