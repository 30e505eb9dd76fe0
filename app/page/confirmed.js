// How the answers did where their reader has said what the scan is of.

import { get, queryOf } from "./api.js";
import { find, make, percent } from "./dom.js";
import { interval, share, table } from "./figures.js";
import { partOf } from "./part.js";

const part = partOf("confirmed");
const shown = part.element.querySelector(".figures");
const period = find("period");

const PERIODS = { month: { year: "numeric", month: "long" }, week: { dateStyle: "medium" } };

const beginning = (day) => new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, { ...PERIODS[period.value], timeZone: "UTC" });

function cells({ cases, accuracy, calibration_error: error, coverage }) {
  const sets = coverage.map(({ promised, held }) => `${share(held)} of ${percent(promised)}`).join(", ");
  return [cases, `${share(accuracy)} (${interval(accuracy)})`, `${percent(error.value)} (${interval(error)})`, sets || "–"];
}

function draw({ selection, overall, models, periods }) {
  if (!overall) {
    shown.replaceChildren();
    part.tell("No answer is confirmed yet. Open one above, and say what the scan is of.");
    return;
  }
  const rows = [
    ["All", ...cells(overall)],
    ...models.map(({ model, performance }) => [`${model.name} ${model.version}`, ...cells(performance)]),
    ...periods.map(({ begin, model, performance }) => [`${beginning(begin)}, ${model.name} ${model.version}`, ...cells(performance)]),
  ];
  const bounds =
    selection.confirmed === selection.answers
      ? "All answers are confirmed."
      : `${selection.confirmed} of ${selection.answers} answers are confirmed. Of all answers, between ` +
        `${percent(selection.lowest)} and ${percent(selection.highest)} are right: these cases cannot tell more, since ` +
        "readers do not choose them at random.";
  shown.replaceChildren(
    make("p", { className: "hint", textContent: bounds }),
    table("Confirmed cases, with 95 % intervals", [["Which", "Cases", "Right", "Calibration error", "Sets that hold the class"], ...rows]),
  );
}

export function showConfirmed() {
  return part.attempt(async () => draw(await get(`/monitoring/feedback?${queryOf({ period: period.value })}`)));
}

period.addEventListener("change", showConfirmed);
