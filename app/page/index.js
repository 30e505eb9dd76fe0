// The start page: classifies a scan that is chosen, dropped, pasted or taken from the samples.

/** @import { Prediction, ClassInfo } from "./types.js" */

import { get, predict, report } from "./api.js";
import { buttonsOf, complain, find, make, offerModels, PAPER, save, site } from "./dom.js";
import { showComparison, showResult, showWaiting } from "./result.js";
import { showTable } from "./table.js";
import { fillTargets, showHeat, showScan } from "./viewer.js";

const status = find("status");
const problemBox = find("problem");
const model = find("model");
const drop = find("drop");

// Feedback belongs to the history; without one, its script is not loaded.
const feedback = site.history ? await import("./feedback.js") : null;

/**
 * @typedef {object} Scan
 * @property {File | string} source A file, or the name of a sample.
 * @property {string} url
 * @property {string} name
 * @property {Prediction} [answer]
 */

/** @type {ClassInfo[]} */
let classes = [];
/** @type {{ name: string }[]} */
let models = [];
// The scan on the screen; results of earlier scans that arrive late are discarded.
/** @type {Scan | null} */
let current = null;

/** @param {string} text */
const tell = (text) => {
  status.textContent = text;
};

/** @type {(scan: Scan, options: object) => Promise<Prediction | null>} */
async function ask(scan, options) {
  tell("Sending the scan …");
  const answer = await predict(scan.source, { model: model.value, ...options }, (share) => {
    if (scan === current) tell(share < 1 ? `Sending the scan: ${Math.round(100 * share)} %` : "Classifying …");
  });
  if (scan !== current) return null;
  tell("");
  return answer;
}

// Runs a request of the user and shows its error, if any.
/** @param {() => unknown} work */
async function attempt(work) {
  problemBox.hidden = true;
  try {
    await work();
  } catch (problem) {
    if (!("advice" in problem)) throw problem;
    tell("");
    complain(problemBox, problem);
  }
}

// Runs the action of a button, which is disabled until it is done.
/** @type {(button: HTMLButtonElement, work: () => unknown) => Promise<void>} */
function press(button, work) {
  button.disabled = true;
  return attempt(work).finally(() => {
    button.disabled = false;
  });
}

/** @type {(scan: Scan, answer: Prediction) => void} */
function show(scan, answer) {
  scan.answer = answer;
  showHeat(answer);
  showResult(answer, classes, {
    save: (button) => press(button, () => saveReport(scan)),
    explain: (button) => press(button, () => explain(scan)),
    compare: models.length > 1 && ((button) => press(button, () => compare(scan))),
  }, feedback && typeof scan.source !== "string" ? feedback.feedbackPart(answer, classes) : null);
}

/** @param {string} target */
function chooseTarget(target) {
  const scan = current;
  return attempt(async () => {
    const answer = await ask(scan, { target });
    if (!answer) return;
    const { heatmap, heatmap_title } = answer.display;
    scan.answer = { ...scan.answer, heatmap: answer.heatmap, display: { ...scan.answer.display, heatmap, heatmap_title } };
    showHeat(scan.answer);
  });
}

/** @param {Scan} scan */
async function saveReport(scan) {
  tell("Creating the report …");
  const { model: used, explanation, heatmap } = scan.answer;
  const options = { model: used.name, explain: explanation.source === "gemini", target: heatmap?.target, paper: PAPER };
  save(await report(scan.source, options), "report.pdf");
  tell("Report saved.");
}

/** @param {Scan} scan */
async function compare(scan) {
  const answers = [];
  for (const { name } of models) answers.push(await ask(scan, { model: name, comparison: true }));
  if (scan === current) showComparison(answers);
}

/** @param {Scan} scan */
async function explain(scan) {
  const explained = await ask(scan, { explain: true, target: scan.answer.heatmap?.target });
  if (explained) show(scan, explained);
}

/** @type {(source: File | string, url: string, name: string) => Scan} */
function open(source, url, name) {
  if (current && current.url !== url && current.url.startsWith("blob:")) URL.revokeObjectURL(current.url);
  current = { source, url, name };
  showScan(url, name);
  showWaiting(name);
  for (const button of buttonsOf("#samples button")) {
    button.setAttribute("aria-pressed", String(button.dataset.name === source));
  }
  return current;
}

/** @type {(source: File | string, url: string, name: string) => Promise<void>} */
function classify(source, url, name) {
  return attempt(async () => {
    const scan = open(source, url, name);
    const answer = await ask(scan, {});
    if (!answer) return;
    show(scan, answer);
    tell(`${answer.display.summary}.`);
  });
}

/** @param {FileList} files */
function take(files) {
  if (files.length === 0) return;
  find("table").hidden = true;
  if (files.length === 1) {
    classify(files[0], URL.createObjectURL(files[0]), files[0].name);
  } else {
    problemBox.hidden = true;
    showTable(files, model.value, (file, answer) => {
      show(open(file, URL.createObjectURL(file), file.name), answer);
      find("scan").scrollIntoView();
      find("scan").focus();
    }, tell);
    find("table-title").focus();
  }
}

find("files").addEventListener("change", (event) => {
  take(event.target.files);
  // Allows choosing the same file again.
  event.target.value = "";
});

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  take(event.dataTransfer.files);
});
document.addEventListener("paste", (event) => take(event.clipboardData.files));

model.addEventListener("change", () => {
  if (current) classify(current.source, current.url, current.name);
});

/** @param {{ samples: { name: string, label: string, url: string }[] }} gallery */
function fillSamples({ samples }) {
  for (const { name, label, url } of samples) {
    const button = make("button", { type: "button" }, make("img", { src: url, alt: "", loading: "lazy" }), label);
    button.dataset.name = name;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      find("table").hidden = true;
      classify(name, url, `${name} (${label})`);
      find("scan").scrollIntoView({ block: "nearest" });
    });
    find("samples").append(make("li", {}, button));
  }
}

attempt(async () => {
  const [known, listed, gallery] = await Promise.all([get("/classes"), get("/models"), get("/samples")]);
  classes = known.classes;
  fillTargets(classes, chooseTarget);
  models = listed.models;
  offerModels(listed);
  fillSamples(gallery);
});
