// A model on a folder of one's own scans: read one by one, then measured together.

import { evaluation, get, measure } from "./api.js";
import { complain, find, make, offerModels, percent, save } from "./dom.js";
import { card, confusion, interval, perClass, reliability, section, share, table } from "./figures.js";

// As many as the service computes at a time, and one on its way.
const AT_ONCE = 3;
// The status is read out: often enough to follow, not so often that nothing else is heard.
const TELL_EVERY_MS = 5000;

// As many as the service takes in one evaluation; the command line takes more.
const MOST = 10_000;
const TOO_LARGE = "urn:problem:too-large";
const COPY = "A copy of a scan that the network was trained on.";
const NO_CLASS = "It lies in no folder with the name of a class.";

const progress = find("progress");
let classes = [];
let names = {};
let chosen = [];
let controller = null;

const tell = (text) => (find("status").textContent = text);
const number = (scan) => `Scan ${scan.number}`;

// Folder names as the service takes them on its command line: in any case, with or without "tumor".
function plain(name) {
  const letters = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "").replaceAll("tumour", "tumor");
  return letters === "notumor" ? letters : letters.replace(/tumor$/, "");
}

function classOf(folder) {
  return classes.find(({ id, name }) => [id, name].map(plain).includes(plain(folder)))?.id ?? null;
}

// The files of a folder with their classes and patients, numbered by their paths.
function scansOf(files) {
  const visible = [...files].filter(({ webkitRelativePath: path }) => !/(^|\/)\./.test(path));
  visible.sort((one, other) => (one.webkitRelativePath < other.webkitRelativePath ? -1 : 1));
  const patients = new Map();
  return visible.map((file, index) => {
    const [, folder, ...rest] = file.webkitRelativePath.split("/");
    const patient = rest.length > 1 ? rest[0] : null;
    if (patient !== null && !patients.has(patient)) patients.set(patient, `Patient ${patients.size + 1}`);
    return {
      file,
      number: index + 1,
      tumor: rest.length ? classOf(folder) : null,
      patient: patient === null ? null : patients.get(patient),
      reason: null,
    };
  });
}

function choose() {
  chosen = scansOf(find("folder").files);
  for (const scan of chosen) if (!scan.tumor) scan.reason = NO_CLASS;
  const counts = classes
    .map(({ id, name }) => [name, chosen.filter(({ tumor }) => tumor === id).length])
    .map(([name, count]) => `${name} ${count}`);
  const usable = chosen.filter(({ tumor }) => tumor).length;
  const others = chosen.length - usable;
  tell(`${counts.join(", ")}.${others ? ` ${others} files lie in no class’s folder.` : ""}`);
  find("start").textContent = `Evaluate ${usable} ${usable === 1 ? "scan" : "scans"}`;
  find("start").hidden = usable === 0 || usable > MOST;
  if (usable > MOST) tell(`${usable} scans are too many: at most ${MOST} here, any number on the command line.`);
  find("problem").hidden = true;
  find("result").hidden = true;
}

function timeLeft(started, done, total) {
  const seconds = (((performance.now() - started) / done) * (total - done)) / 1000;
  return seconds < 60 ? `${Math.ceil(seconds)} s left` : `${Math.ceil(seconds / 60)} min left`;
}

// Reads every scan; gives the version of the model that did.
async function readAll(scans, model, signal) {
  const waiting = scans.values();
  const started = performance.now();
  let [done, told, version] = [0, 0, null];
  async function work() {
    for (const scan of waiting) {
      try {
        const answer = await measure(scan.file, { model }, signal);
        version ??= answer.version;
        const [result] = answer.results;
        scan.result = result;
        if (result.problem) scan.reason = result.problem.detail;
        else if (result.copy_of_training_scan) scan.reason = COPY;
      } catch (problem) {
        // This is about the one file; anything else would befall the others too.
        if (problem.type !== TOO_LARGE) throw problem;
        scan.reason = problem.message;
      }
      progress.value = done += 1;
      if (performance.now() - told > TELL_EVERY_MS || done === scans.length) {
        told = performance.now();
        tell(`${done} of ${scans.length} scans are read; ${timeLeft(started, done, scans.length)}.`);
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return version;
}

async function start() {
  const model = find("model").value;
  const scans = chosen.filter(({ tumor }) => tumor);
  for (const scan of scans) scan.reason = null;
  controller = new AbortController();
  const { signal } = controller;
  progress.max = scans.length;
  progress.value = 0;
  running(true);
  find("problem").hidden = true;
  find("result").hidden = true;
  try {
    const version = await readAll(scans, model, signal);
    if (scans.every(({ reason }) => reason)) {
      tell(`None of the ${scans.length} scans can be measured. The first: ${scans[0].reason}`);
      return;
    }
    const request = {
      model,
      version,
      scans: scans.filter(({ reason }) => !reason).map(row),
      left_out: chosen.filter(({ reason }) => reason).map((scan) => ({ scan: number(scan), reason: scan.reason })),
    };
    tell("Measuring.");
    const json = await evaluation(request, "application/json");
    if (signal.aborted) return;
    show(JSON.parse(await json.text()), json, request);
  } catch (problem) {
    if (signal.aborted) return;
    controller.abort();
    tell("");
    if (!("advice" in problem)) throw problem;
    complain(find("problem"), problem);
  } finally {
    running(false);
  }
}

function row(scan) {
  const { probabilities, gate_score } = scan.result;
  return { scan: number(scan), class: scan.tumor, patient: scan.patient, probabilities, gate_score };
}

function running(is) {
  for (const id of ["progress", "cancel"]) find(id).hidden = !is;
  for (const id of ["folder", "model"]) find(id).disabled = is;
  find("start").hidden = is;
}

function cancel() {
  controller.abort();
  tell("Cancelled. Nothing was kept.");
  find("start").hidden = false;
  find("start").focus();
}

function show(report, json, request) {
  const { measured: part, by_patient: patients, trusted, fit } = report;
  const accuracy = patients ? patients.accuracy : part.accuracy;
  const cards = [
    card("Called rightly", share(part.accuracy), `of ${part.images} scans; ${interval(accuracy)}`),
    card("Tumors called “no tumor”", String(part.missed_tumors.count), `of ${part.missed_tumors.total}`),
    card("Calibration error", percent(part.calibrated.ece), "expected, over 15 bins"),
    card("Left out", String(report.left_out.length), "files; see below"),
  ];
  if (trusted) {
    const right = share(trusted.right_where_answered);
    cards.splice(3, 0, card("Answered without reserve", share(trusted.decisions.answer), `of these ${right} rightly`));
  }
  const fitted = fit
    ? `A temperature of ${fit.file.temperature} fits these scans: calibration error ${percent(fit.calibration.ece)} in ` +
      "place of the above, on scans it was not fitted to. The service takes the site’s file with SITE_FILE."
    : report.no_fit;
  find("report").replaceChildren(
    make("dl", { className: "cards" }, ...cards),
    section("What is called what", confusion(part, "Your scans", names)),
    section("Each class", perClass(part, "Each class against the others", names)),
    section("Can the probabilities be believed?", reliability(part), make("p", { textContent: fitted })),
    ...leftOut(),
  );
  find("save-html").onclick = () => keep("text/html", "report.html", request);
  find("save-json").onclick = () => save(json, "report.json");
  find("save-list").onclick = () => save(new Blob([list()], { type: "text/csv" }), "scans.csv");
  find("save-site").hidden = !fit;
  find("save-site").onclick = () =>
    save(new Blob([JSON.stringify(fit.file, null, 2)], { type: "application/json" }), "site.json");
  find("result").hidden = false;
  tell(`${part.images} scans are measured, ${report.left_out.length} left out.`);
  find("result-title").focus();
}

// Here, where they are at home, the scans have their names.
function leftOut() {
  const scans = chosen.filter(({ reason }) => reason);
  if (!scans.length) return [];
  const rows = scans.map(({ file, reason }) => [file.webkitRelativePath, reason]);
  return [section("Left out", table(`${scans.length} files`, [["File", "Why"], ...rows]))];
}

async function keep(type, name, request) {
  try {
    save(await evaluation(request, type), name);
  } catch (problem) {
    if (!("advice" in problem)) throw problem;
    complain(find("problem"), problem);
  }
}

// Which number is which file. What a spreadsheet would take for a formula is set off by an apostrophe.
function list() {
  const cell = (text) => `"${String(text ?? "").replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
  const rows = chosen.map((scan) => {
    const best = scan.result?.probabilities;
    const called = best ? classes[best.indexOf(Math.max(...best))].id : "";
    return [scan.number, scan.file.webkitRelativePath, scan.tumor, scan.patient, called, scan.reason];
  });
  const header = ["number", "file", "class", "patient", "called", "left out"];
  return [header, ...rows].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

const [{ classes: known }, listed] = await Promise.all([get("/classes"), get("/models")]);
classes = known;
names = Object.fromEntries(known.map(({ id, name }) => [id, name]));
offerModels(listed);
find("folder").addEventListener("change", choose);
find("start").addEventListener("click", start);
find("cancel").addEventListener("click", cancel);
