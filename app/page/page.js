// The page: a scan comes in by hand, by drop, by paste or from the samples, and its answer is shown.

import { get, predict, report } from "./api.js";
import { complain, find, make, offerModels, save } from "./dom.js";
import { briefly, showComparison, showResult, showWaiting } from "./result.js";
import { showTable } from "./table.js";
import { fillTargets, showHeat, showScan } from "./viewer.js";

const status = find("status");
const problemBox = find("problem");
const model = find("model");
const drop = find("drop");

// North America prints on Letter, everyone else on A4.
const PAPER = /-(US|CA|MX)$/.test(navigator.language) ? "letter" : "a4";

// Feedback is on the history: where there is none, nothing of it is loaded.
const feedback = document.body.dataset.history === "on" ? await import("./feedback.js") : null;

let classes = [];
let models = [];
// The scan that is shown: what came of an older one is not shown any more.
let current = null;

const tell = (text) => {
  status.textContent = text;
};

async function ask(scan, options) {
  tell("Sending the scan …");
  const answer = await predict(scan.source, { model: model.value, ...options }, (share) => {
    if (scan === current) tell(share < 1 ? `Sending the scan: ${Math.round(100 * share)} %` : "The network is at work …");
  });
  if (scan !== current) return null;
  tell("");
  return answer;
}

// Runs what a person asked for; what goes wrong is told.
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

// Runs what a button stands for; it cannot be pressed again meanwhile.
function press(button, work) {
  button.disabled = true;
  return attempt(work).finally(() => {
    button.disabled = false;
  });
}

function show(scan, answer) {
  scan.answer = answer;
  showHeatmap(scan);
  showResult(answer, classes, {
    save: (button) => press(button, () => saveReport(scan)),
    explain: (button) => press(button, () => explain(scan)),
    compare: models.length > 1 && ((button) => press(button, () => compare(scan))),
  }, feedback && typeof scan.source !== "string" ? feedback.feedbackPart(answer, classes) : null);
}

// Of what is no brain MRI a heat-map would mean nothing.
function showHeatmap({ answer: { decision, heatmap } }) {
  if (decision !== "outside") showHeat(heatmap, classes.find(({ id }) => id === heatmap.target).name);
}

function chooseTarget(target) {
  const scan = current;
  return attempt(async () => {
    const answer = await ask(scan, { target });
    if (!answer) return;
    scan.answer = { ...scan.answer, heatmap: answer.heatmap };
    showHeatmap(scan);
  });
}

async function saveReport(scan) {
  tell("The report is being made …");
  const { model: used, explanation, heatmap } = scan.answer;
  const options = { model: used.name, explain: explanation.source === "gemini", target: heatmap.target, paper: PAPER };
  save(await report(scan.source, options), "report.pdf");
  tell("The report is saved.");
}

async function compare(scan) {
  const answers = [];
  for (const { name } of models) answers.push(await ask(scan, { model: name }));
  if (scan === current) showComparison(answers);
}

async function explain(scan) {
  const explained = await ask(scan, { explain: true, target: scan.answer.heatmap.target });
  if (explained) show(scan, explained);
}

function open(source, url, name) {
  if (current && current.url !== url && current.url.startsWith("blob:")) URL.revokeObjectURL(current.url);
  current = { source, url, name };
  showScan(url, name);
  showWaiting(name);
  for (const button of document.querySelectorAll("#samples button")) {
    button.setAttribute("aria-pressed", String(button.dataset.name === source));
  }
  return current;
}

function classify(source, url, name) {
  return attempt(async () => {
    const scan = open(source, url, name);
    const answer = await ask(scan, {});
    if (!answer) return;
    show(scan, answer);
    tell(`${briefly(answer)}.`);
  });
}

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
  // So that the same file may be chosen again.
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
