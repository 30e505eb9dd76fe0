// The start page: classifies a scan that is chosen, dropped, pasted or taken from the samples.

/** @import { Prediction, ClassInfo, Scan } from "./types.js" */

import { get, predict, report, study } from "./api.js";
import { buttonsOf, complain, find, make, offerModels, PAPER, save, site } from "./dom.js";
import { beginProgress } from "./progress.js";
import { clearResult, showComparison, showResult, showWaiting } from "./result.js";
import { expectStudy, showStudy } from "./study.js";
import { filesOf, isStudy, opened, unpacked } from "./study-files.js";
import { fillTable, filesOfTable, focusRow } from "./table.js";
import { clearScan, fillTargets, showHeat, showScan } from "./viewer.js";
import { pack } from "./zip.js";

const status = find("status");
const problemBox = find("problem");
const model = find("model");
const drop = find("drop");
const [table, viewer, studyView, back] = ["table", "scan", "study", "back"].map(find);

// Feedback belongs to the history; without one, its script is not loaded.
const feedback = site.history ? await import("./feedback.js") : null;

/** @type {ClassInfo[]} */
let classes = [];
/** @type {{ name: string, heatmap_methods: string[] }[]} */
let models = [];
// The scan in the viewer.
/** @type {Scan | null} */
let current = null;
// The files of the study that is shown.
/** @type {(File | import("./unzip.js").Packed)[]} */
let studied = [];
// Ends the requests of that scan when another takes its place.
let requests = new AbortController();

/** @param {string} text */
const tell = (text) => {
  status.textContent = text;
};

// Moves the reader and the focus to what has just appeared.
/** @param {HTMLElement} element */
function reveal(element) {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
}

// Shows the viewer, the table of several scans, or a study. The table stays filled behind the others.
/** @param {HTMLElement} section */
function view(section) {
  for (const each of [viewer, table, studyView]) each.hidden = each !== section;
  back.hidden = section === table || filesOfTable().length === 0;
}

/** @type {(scan: Scan, options: object) => Promise<Prediction>} */
async function ask(scan, options) {
  tell("Sending the scan …");
  const answer = await predict(scan.source, { model: model.value, ...options }, {
    signal: requests.signal,
    progress: (share) => tell(share < 1 ? `Sending the scan: ${Math.round(100 * share)} %` : "Classifying …"),
  });
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
    // Another scan has taken the place of this one.
    if (problem.name === "AbortError") return;
    tell("");
    if (!("advice" in problem)) throw problem;
    complain(problemBox, problem);
    reveal(problemBox);
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
  showHeat(answer, methodsOf(answer));
  showResult(answer, classes, {
    save: (button) => press(button, () => saveReport(scan)),
    explain: (button) => press(button, () => explain(scan)),
    compare: models.length > 1 && ((button) => press(button, () => compare(scan))),
  }, feedback && typeof scan.source !== "string" ? feedback.feedbackPart(answer, classes) : null);
}

/** @param {Prediction} answer */
const methodsOf = (answer) => models.find(({ name }) => name === answer.model.name).heatmap_methods;

// What a request needs in order to have the heat-map of an answer again.
/** @param {Prediction} answer */
const shown = ({ heatmap }) => ({ method: heatmap?.method, target: heatmap?.target });

/** @param {object} options */
function chooseHeat(options) {
  const scan = current;
  return attempt(async () => {
    const answer = await ask(scan, options);
    const { heatmap, heatmap_title } = answer.display;
    scan.answer = { ...scan.answer, heatmap: answer.heatmap, display: { ...scan.answer.display, heatmap, heatmap_title } };
    showHeat(scan.answer, methodsOf(answer));
  });
}

/** @param {Scan} scan */
async function saveReport(scan) {
  tell("Creating the report …");
  const { model: used, explanation } = scan.answer;
  const options = { model: used.name, explain: explanation.source === "gemini", ...shown(scan.answer), paper: PAPER };
  const { blob, name } = await report(scan.source, options);
  save(blob, name);
  tell(`Report saved: ${name}`);
}

/** @param {Scan} scan */
async function compare(scan) {
  const answers = [];
  for (const { name } of models) answers.push(await ask(scan, { model: name, comparison: true }));
  showComparison(answers);
}

/** @param {Scan} scan */
async function explain(scan) {
  show(scan, await ask(scan, { explain: true, ...shown(scan.answer) }));
  find("explanation").focus();
}

// Puts a scan into the viewer; without a scan, empties it.
/** @param {Scan | null} scan */
function open(scan) {
  requests.abort();
  requests = new AbortController();
  current = scan;
  if (scan) showScan(scan.url, scan.name);
  else [clearScan, clearResult].forEach((clear) => clear());
  view(viewer);
  for (const button of buttonsOf("#samples button")) {
    button.setAttribute("aria-pressed", String(button.dataset.name === scan?.source));
  }
}

/** @param {Scan} scan */
function classify(scan) {
  return attempt(async () => {
    open(scan);
    showWaiting(scan.name);
    viewer.scrollIntoView({ block: "nearest" });
    try {
      show(scan, await ask(scan, {}));
    } finally {
      if (scan === current && !scan.answer) open(null);
    }
    tell(`${scan.answer.display.summary}.`);
    reveal(viewer);
  });
}

/** @param {Iterable<File>} files */
function classifyAll(files) {
  return attempt(async () => {
    open(null);
    const filled = fillTable(files, model.value, openRow);
    view(table);
    find("table-title").textContent = `${filesOfTable().length} scans${models.length > 1 ? `, ${model.value}` : ""}`;
    tell("Classifying …");
    reveal(find("table-title"));
    const done = await filled;
    if (done) tell(done);
  });
}

// Opens a scan of the table. The browser's own Back leads to the table again.
/** @param {Scan} scan */
function openRow(scan) {
  history.pushState("scan", "");
  open(scan);
  show(scan, scan.answer);
  reveal(viewer);
}

function returnToTable() {
  view(table);
  if (current) focusRow(current);
}

// Reads a study until the answer is there or the user cancels.
/** @param {(File | import("./unzip.js").Packed)[]} files */
function readStudy(files) {
  return attempt(async () => {
    open(null);
    studied = files;
    expectStudy(files.length);
    view(studyView);
    const { signal, reach, end } = beginProgress(files.length, "files");
    const mine = requests;
    // Another scan replaces the study.
    mine.signal.addEventListener("abort", end);
    try {
      tell("Preparing the study …");
      const answer = await study(await pack(files, signal), { model: model.value, pictures: true }, {
        signal,
        progress: (share) => tell(share < 1 ? `Sending the study: ${Math.round(100 * share)} %` : "Reading the study …"),
        report: ({ doing, done, total }) => reach(done, total, doing === "headers" ? "files" : "slices"),
      });
      showStudy(answer);
      tell(`Study: ${answer.conclusion.headline}.`);
      reveal(find("study-title"));
    } catch (problem) {
      if (!mine.signal.aborted) {
        tell("Cancelled.");
        view(viewer);
      }
      throw problem;
    } finally {
      end();
    }
  });
}

/** @param {File[]} chosen */
function take(chosen) {
  return attempt(async () => {
    await lists;
    const files = await opened(chosen);
    if (await isStudy(files)) return readStudy(files);
    const [first, ...others] = await unpacked(files);
    if (others.length > 0) return classifyAll([first, ...others]);
    if (first) return classify({ source: first, url: URL.createObjectURL(first), name: first.name });
  });
}

back.addEventListener("click", () => {
  if (history.state === "scan") history.back();
  else returnToTable();
});
find("cancel").addEventListener("click", () => reveal(table.hidden ? viewer : find("table-title")));
window.addEventListener("popstate", () => {
  if (!back.hidden) returnToTable();
});

find("files").addEventListener("change", (event) => {
  take([...event.target.files]);
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
  filesOf(event.dataTransfer).then(take);
});
document.addEventListener("paste", (event) => take([...event.clipboardData.files]));

model.addEventListener("change", () => {
  if (!studyView.hidden) readStudy(studied);
  else if (!table.hidden) classifyAll(filesOfTable());
  else if (current) classify({ ...current, answer: undefined });
});

/** @param {{ samples: { name: string, label: string, url: string }[] }} gallery */
function fillSamples({ samples }) {
  for (const { name, label, url } of samples) {
    const button = make("button", { type: "button" }, make("img", { src: url, alt: "", loading: "lazy" }), label);
    button.dataset.name = name;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => classify({ source: name, url, name: `${name} (${label})` }));
    find("samples").append(make("li", {}, button));
  }
}

async function fillLists() {
  const [known, listed, gallery] = await Promise.all([get("/classes"), get("/models"), get("/samples")]);
  classes = known.classes;
  fillTargets(classes, chooseHeat);
  models = listed.models;
  offerModels(listed);
  fillSamples(gallery);
}

// A scan can be chosen before the lists have arrived; it waits for them.
const lists = fillLists();
attempt(() => lists);
