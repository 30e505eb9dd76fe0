// Drift of recent scans from the validation scans.

import { get, queryOf, send } from "./api.js";
import { confirmed } from "./dialog.js";
import { complain, find, make, offerModels, when } from "./dom.js";
import { card, draw, percent, section, table } from "./figures.js";

const WIDTH = 300;
const HEIGHT = 120;
/** @type {Record<string, string>} */
const STATES = { collecting: "Collecting", steady: "No drift", alarm: "Alarm" };
const SMALLEST = 1e-12;

const choice = find("model");
const restart = find("restart");

const path = () => `/monitoring/drift?${queryOf({ model: choice.value })}`;
/** @param {number} value */
const p = (value) => (value < 0.0001 ? "< 0.0001" : value.toPrecision(2));

/** @param {any} found */
function headline({ status, answers, since, p_value: value, alarm, false_alarm: bound, reference }) {
  return make(
    "dl",
    { className: "cards" },
    alarm
      ? card(STATES[status], alarm.score, `raised the alarm after ${alarm.answers} scans, `, when(alarm.at))
      : card("State", STATES[status], `the alarm threshold is a p-value of ${bound}`),
    card("Anytime-valid p-value", p(value), "smallest p-value of the sequential test so far"),
    card("Scans", String(answers), "since ", when(since)),
    card("Reference", String(reference.images), `validation images: ${reference.dataset}`),
  );
}

// The reference as bars, the window as steps over them.
/** @param {any} histogram */
function histogram({ name, bins }) {
  const most = Math.max(...bins.flatMap(({ reference, window }) => [reference, window]));
  const width = WIDTH / bins.length;
  /** @param {number} share */
  const height = (share) => (HEIGHT * share) / most;
  /** @param {"window" | "reference"} of */
  const mean = (of) => bins.reduce((sum, bin) => sum + (bin[of] * (bin.low + bin.high)) / 2, 0).toPrecision(3);
  const plot = draw("svg", {
    viewBox: `0 -4 ${WIDTH} ${HEIGHT + 26}`,
    class: "plot",
    role: "img",
    "aria-label": `${name}: mean ${mean("window")} now, ${mean("reference")} in validation`,
  });
  let steps = `M 0 ${HEIGHT}`;
  for (const [index, { reference, window }] of bins.entries()) {
    const bar = { x: index * width, y: HEIGHT - height(reference), width: width - 1, height: height(reference) };
    plot.append(draw("rect", { ...bar, class: "reference" }));
    steps += ` V ${HEIGHT - height(window)} h ${width}`;
  }
  plot.append(
    draw("path", { d: `${steps} V ${HEIGHT}`, class: "window" }),
    draw("text", { x: 0, y: HEIGHT + 18, class: "tick" }, bins[0].low.toPrecision(2)),
    draw("text", { x: WIDTH, y: HEIGHT + 18, class: "tick end" }, bins.at(-1).high.toPrecision(2)),
  );
  return make("figure", { className: "histogram" }, make("figcaption", { textContent: name }), plot);
}

// The p-value of the sequential test at each check, on a logarithmic scale that grows downwards.
/** @param {any} found */
function course({ past, false_alarm: bound }) {
  /** @param {number} value */
  const depth = (value) => (HEIGHT * Math.log(Math.max(value, SMALLEST))) / Math.log(SMALLEST);
  const start = Date.parse(past[0].at);
  const span = Math.max(Date.parse(past.at(-1).at) - start, 1);
  const points = past.map(({ at, p_value: value }) => `${(WIDTH * (Date.parse(at) - start)) / span} ${depth(value)}`);
  const plot = draw("svg", {
    viewBox: `-44 -8 ${WIDTH + 52} ${HEIGHT + 16}`,
    class: "plot wide",
    role: "img",
    "aria-label": `P-value of the sequential test over ${past.length} checks, latest ${p(past.at(-1).p_value)}`,
  });
  for (const value of [1, bound, 1e-6, SMALLEST]) {
    plot.append(
      draw("line", { x1: 0, x2: WIDTH, y1: depth(value), y2: depth(value), class: value === bound ? "ideal" : "grid" }),
      draw("text", { x: -6, y: depth(value) + 4, class: "tick end" }, value < bound ? value.toExponential(0) : value),
    );
  }
  plot.append(draw("path", { d: `M ${points.join(" L ")}`, class: "window" }));
  const words = "Below the dashed line the alarm is raised.";
  return make("figure", {}, plot, make("figcaption", { className: "hint", textContent: words }));
}

/** @param {any} found */
function window({ check, histograms }) {
  const tests = check.tests.map((test) => [test.name, test.method, p(test.p_value), p(test.adjusted)]);
  const classes = check.classes.map((share) => [
    share.label,
    percent(share.reference),
    percent(share.window),
    `${percent(share.estimated)} (${percent(share.low)} to ${percent(share.high)})`,
  ]);
  return [
    section(
      "Latest scans",
      make("p", { className: "hint" }, `Tested `, when(check.at), `, ${check.window} scans. Bars: validation. Line: now.`),
      make("div", { className: "histograms" }, ...histograms.map(histogram)),
      table("Tests, each valid for a single look", [["Compared", "Test", "P-value", "Adjusted for multiple tests"], ...tests]),
    ),
    section(
      "Class mix",
      table("Share of each class", [
        ["Class", "Predicted in validation", "Predicted now", "Estimated true share now (95 % interval)"],
        ...classes,
      ]),
    ),
  ];
}

/** @param {any[]} found */
function evidence(found) {
  const rows = found.slice(0, 8).map(({ score, p_value: value }) => [score, p(value)]);
  return section("Strongest evidence for drift", table("Anytime-valid p-values", [["Score", "P-value"], ...rows]));
}

async function show() {
  find("problem").hidden = true;
  const model = choice.value;
  try {
    const found = await get(path());
    if (model !== choice.value) return;
    find("status").textContent = `${found.reference.model} ${found.reference.version}: ${STATES[found.status]}.`;
    find("drift").replaceChildren(
      headline(found),
      ...(found.check && found.histograms.length ? window(found) : []),
      ...(found.answers ? [evidence(found.evidence)] : []),
      ...(found.past.length > 1 ? [section("Over time", course(found))] : []),
    );
    restart.hidden = found.answers === 0;
  } catch (problem) {
    if (!("advice" in problem)) throw problem;
    find("drift").replaceChildren();
    restart.hidden = true;
    complain(find("problem"), problem);
  }
}

restart.addEventListener("click", async () => {
  const words = "The counts, the alarm and the earlier tests are deleted.";
  if (!(await confirmed("Restart monitoring?", words, "Restart monitoring"))) return;
  try {
    await send("DELETE", path());
  } catch (problem) {
    if (!("advice" in problem)) throw problem;
    complain(find("problem"), problem);
    return;
  }
  await show();
  find("drift").focus();
});

offerModels(await get("/models"));
choice.addEventListener("change", show);
await show();
