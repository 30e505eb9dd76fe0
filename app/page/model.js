// The evaluation report of a model.

import { get } from "./api.js";
import { find, make, offerModels } from "./dom.js";
import { card, confusion, interval, percent, perClass, reliability, section, share, table } from "./figures.js";

const choice = find("model");

/** @type {Record<string, string>} */
let names = {};
/** @type {{ name: string, version: string, external: any, external_by_sequence: string[], evaluation: any }[]} */
let models = [];

function headline(report) {
  const { test, without_copies: fresh, other_source: other } = report;
  const absent = Object.entries(fresh.per_class).filter(([, { images }]) => !images).map(([id]) => names[id]);
  const without = absent.length ? `, which include no “${absent.join("” and no “").toLowerCase()}” image` : "";
  const missed = test.missed_tumors;
  const cards = [
    card("Accuracy", share(test.accuracy), `on ${test.images} test images; ${interval(test.accuracy)}`),
    card(
      "Accuracy without near-duplicates",
      share(fresh.accuracy),
      `on ${fresh.images} images without a near-duplicate in training${without}; ${interval(fresh.accuracy)}`,
    ),
    card("Missed tumors", String(missed.count), `of ${missed.total}, classified as “no tumor”; ${interval(missed)}`),
    card("Calibration error", percent(test.calibrated.ece), "expected calibration error, 15 bins, after temperature scaling"),
  ];
  if (other) {
    const remark = `of ${other.images} tumors from the source of most “no tumor” images; ${interval(other.found)}`;
    cards.splice(3, 0, card("Sensitivity on the other source", share(other.found), remark));
  }
  return make("dl", { className: "cards" }, ...cards);
}

// What a reader must know before the figures of the model's own test set.
/** @param {{ version: string, external: any, evaluation: any }} model */
function caution({ version, external, evaluation }) {
  const own = evaluation ? " The figures below hold only for images from the sources of its training data." : "";
  if (!external) return `This model has not been measured on slices of other hospitals.${own}`;
  /** @param {number} value */
  const rounded = (value) => `${Math.round(100 * value)} %`;
  const { patients } = external;
  const instead = evaluation ? `, instead of ${percent(evaluation.accuracy)} on its own test images` : "";
  return (
    `On ${patients.slices} slices of other patients, from hospitals of which it was trained on some patients, version ` +
    `${version} is right in ${rounded(patients.accuracy)}${instead}. It answers ${rounded(patients.answered)} of them, ` +
    `and ${rounded(patients.accuracy_of_answers)} of these answers are right. Your hospital is probably unknown to it. ` +
    `Networks of shorter trainings were right in ${rounded(external.accuracy)} of ${external.slices} slices of ` +
    `hospitals that were left out; they answered ${rounded(external.answered)}, and ` +
    `${rounded(external.accuracy_of_answers)} of these answers were right.${own}`
  );
}

function corruptions(report) {
  const rows = report.corruptions.map(({ name, accuracy, missed_tumors: missed }) => [
    name,
    `${share(accuracy)} (${interval(accuracy)})`,
    `${missed.count} of ${missed.total}`,
  ]);
  const mean = report.corruption_mean === null ? "" : ` Mean accuracy ${percent(report.corruption_mean)}.`;
  return section(
    "Robustness to image changes",
    make("p", { className: "hint", textContent: `Test images, changed in ways that scanners, exports and screens change them.${mean}` }),
    table("Accuracy under each change", [["Change", "Accuracy", "Missed tumors"], ...rows]),
  );
}

function peers(report) {
  const rows = report.peers.map((peer) => [
    `${peer.name} ${peer.version}`,
    share(peer.accuracy),
    share(peer.accuracy_without_copies),
    `${peer.missed_tumors.count} of ${peer.missed_tumors.total}`,
    peer.other_source_found ? share(peer.other_source_found) : "–",
  ]);
  return section(
    "Other classifiers on the same images",
    table("Published classifiers, same images, same run", [
      ["Package", "Accuracy", "Without near-duplicates", "Missed tumors", "Sensitivity on the other source"],
      ...rows,
    ]),
  );
}

async function show() {
  find("problem").hidden = true;
  const model = choice.value;
  const described = models.find(({ name }) => name === model);
  find("caution").textContent = caution(described);
  find("by-sequence").replaceChildren(
    ...described.external_by_sequence.map((textContent) => make("li", { textContent })),
  );
  try {
    const report = await get(`/models/${encodeURIComponent(model)}/report`);
    if (model !== choice.value) return;
    find("about").textContent =
      `${report.model} ${report.version}, measured on ${report.evaluated_on}: ${report.dataset}. ` +
      `Weights ${report.sha256.slice(0, 12)}…`;
    find("report").replaceChildren(
      headline(report),
      section(
        "Confusion matrix",
        make(
          "div",
          { className: "pair" },
          confusion(report.test, "All test images", names),
          confusion(report.without_copies, "Without near-duplicates in training", names),
        ),
      ),
      section("Results by class", perClass(report.test, "Each class against the other three, all test images", names)),
      section("Calibration", reliability(report.test)),
      ...(report.corruptions.length ? [corruptions(report)] : []),
      ...(report.peers.length ? [peers(report)] : []),
    );
  } catch (problem) {
    if (!("advice" in problem)) throw problem;
    find("about").textContent = "";
    find("report").replaceChildren();
    find("problem").replaceChildren(make("strong", { textContent: problem.title }), problem.message);
    find("problem").hidden = false;
  }
}

const [{ classes }, listed] = await Promise.all([get("/classes"), get("/models")]);
models = listed.models;
names = Object.fromEntries(classes.map(({ id, name }) => [id, name]));
offerModels(listed);
choice.addEventListener("change", show);
await show();
