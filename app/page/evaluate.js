// Evaluates a model on a folder of scans: classifies one after another, then measures all together.

import { evaluation, get, measure } from "./api.js";
import { complain, find, make, offerModels, save, site } from "./dom.js";
import { card, confusion, decided, interval, percent, perClass, reliability, section, share, table } from "./figures.js";
import { beginProgress } from "./progress.js";
import { spreadsheet } from "./spreadsheet.js";

// One more than the service computes at a time: the next is being sent.
const AT_ONCE = site.limits.threads + 1;
// The command line has no such limit.
const MOST = site.limits.evaluationScans;
const TOO_LARGE = "urn:problem:too-large";
const COPY = "A copy of a scan that the network was trained on.";
// The folder of scans that show none of the classes; they are counted apart.
const OTHER = "other";
const NO_CLASS = "Not in a folder named after a class.";

/**
 * @typedef {object} Scan
 * @property {File} file
 * @property {number} number
 * @property {string | null} tumor The class of its folder, or "other".
 * @property {string | null} patient
 * @property {string | null} reason Why it is excluded.
 * @property {any} [result]
 */

/** @type {import("./types.js").ClassInfo[]} */
let classes = [];
/** @type {Record<string, string>} */
let names = {};
/** @type {Scan[]} */
let chosen = [];

/** @param {string} text */
const tell = (text) => (find("status").textContent = text);
/** @param {Scan} scan */
const number = (scan) => `Scan ${scan.number}`;

// The command line accepts the same folder names: in any case, with or without "tumor".
/** @param {string} name */
function plain(name) {
  const letters = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "").replaceAll("tumour", "tumor");
  return letters === "notumor" ? letters : letters.replace(/tumor$/, "");
}

/** @param {string} folder */
function classOf(folder) {
  if (plain(folder) === OTHER) return OTHER;
  return classes.find(({ id, name }) => [id, name].map(plain).includes(plain(folder)))?.id ?? null;
}

// The files of a folder with their classes and patients, numbered in the order of their paths.
/** @param {FileList} files */
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
  const apart = chosen.some(({ tumor }) => tumor === OTHER) ? [{ id: OTHER, name: "Other" }] : [];
  const counts = [...classes, ...apart]
    .map(({ id, name }) => [name, chosen.filter(({ tumor }) => tumor === id).length])
    .map(([name, count]) => `${name} ${count}`);
  const usable = chosen.filter(({ tumor }) => tumor).length;
  const others = chosen.length - usable;
  const measurable = chosen.some(({ tumor }) => tumor && tumor !== OTHER);
  tell(`${counts.join(", ")}.${others ? ` ${others} ${others === 1 ? "file is" : "files are"} not in the folder of a class.` : ""}`);
  find("start").textContent = `Evaluate ${usable} ${usable === 1 ? "scan" : "scans"}`;
  find("start").hidden = !measurable || usable > MOST;
  if (usable > MOST) tell(`${usable} scans are too many: at most ${MOST} here. The command line has no limit.`);
  find("problem").hidden = true;
  find("result").hidden = true;
}

// Classifies every scan and returns the version of the model.
/** @type {(scans: Scan[], model: string, signal: AbortSignal, step: () => void) => Promise<string | null>} */
async function readAll(scans, model, signal, step) {
  const waiting = scans.values();
  /** @type {string | null} */
  let version = null;
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
        // This concerns one file; other errors would affect all files.
        if (problem.type !== TOO_LARGE) throw problem;
        scan.reason = problem.message;
      }
      step();
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return version;
}

async function start() {
  const model = find("model").value;
  const scans = chosen.filter(({ tumor }) => tumor);
  for (const scan of scans) scan.reason = null;
  const { signal, step, end } = beginProgress(scans.length);
  running(true);
  find("problem").hidden = true;
  find("result").hidden = true;
  tell("Classifying …");
  try {
    const version = await readAll(scans, model, signal, step);
    const fresh = scans.filter(({ reason }) => !reason);
    const copies = scans.filter(({ reason }) => reason === COPY);
    if (fresh.every(({ tumor }) => tumor === OTHER)) {
      tell(`None of the scans of the four classes can be evaluated. The first: ${scans.find(({ reason }) => reason).reason}`);
      return;
    }
    const request = {
      model,
      version,
      scans: fresh.map(row),
      left_out: chosen.filter(({ reason }) => reason).map((scan) => ({ scan: number(scan), reason: scan.reason })),
    };
    const all = { model, version, scans: [...fresh, ...copies].map(row), left_out: [] };
    tell("Evaluating …");
    const [json, withCopies] = await Promise.all(
      [request, ...(copies.length ? [all] : [])].map((body) => evaluation(body, "application/json")),
    );
    signal.throwIfAborted();
    show(JSON.parse(await json.text()), withCopies && JSON.parse(await withCopies.text()), json, request);
  } catch (problem) {
    if (signal.aborted) {
      tell("Cancelled. Nothing was stored.");
      find("start").hidden = false;
      find("start").focus();
      return;
    }
    tell("");
    if (!("advice" in problem)) throw problem;
    complain(find("problem"), problem);
    find("problem").focus();
  } finally {
    end();
    running(false);
  }
}

/** @param {Scan} scan */
function row(scan) {
  const { probabilities, gate_score, other_score, sequence, plane } = scan.result;
  const found = { probabilities, gate_score, other_score, sequence, plane };
  return { scan: number(scan), class: scan.tumor, patient: scan.patient, ...found };
}

/** @param {boolean} is */
function running(is) {
  for (const id of ["folder", "model"]) find(id).disabled = is;
  find("start").hidden = is;
}

/**
 * @param {any} report Of the scans that are no copies of training scans.
 * @param {any} withCopies Of all scans; absent if there are no copies.
 * @param {Blob} json The first report.
 * @param {object} request Of the first report.
 */
function show(report, withCopies, json, request) {
  const { measured: part, by_patient: patients, trusted, fit } = report;
  const accuracy = patients ? patients.accuracy : part.accuracy;
  const cards = [
    card("Accuracy", share(part.accuracy), `on ${part.images} scans; ${interval(accuracy)}`),
    card("Missed tumors", String(part.missed_tumors.count), `of ${part.missed_tumors.total}, classified as “no tumor”`),
    card("Calibration error", percent(part.calibrated.ece), "expected calibration error, 15 bins"),
    card("Excluded", String(report.left_out.length), "files, listed below"),
  ];
  if (trusted) {
    const right = share(trusted.right_where_answered);
    cards.splice(3, 0, card("Answered", share(trusted.decisions.answer), `accuracy of these answers ${right}`));
  }
  const fitted = fit
    ? `${fit.temperature_kept ?? `A temperature of ${fit.file.temperature} fits these scans.`} With the fitted parameters ` +
      `the cross-fitted calibration error is ${percent(fit.calibration.ece)}. Set SITE_FILE to use the site file in the ` +
      "service."
    : report.no_fit;
  find("report").replaceChildren(
    make("dl", { className: "cards" }, ...cards),
    ...(withCopies ? [bothWays(report, withCopies)] : []),
    section("Confusion matrix", confusion(part, withCopies ? "Without copies of training scans" : "Your scans", names)),
    section("Results by class", perClass(byPatient(part, patients), "Each class against the other three", names)),
    ...(trusted ? [decided(trusted)] : []),
    section("Calibration", reliability(part), make("p", { textContent: fitted })),
    misread(report),
    ...leftOut(),
  );
  find("save-html").onclick = () => keep("text/html", "report.html", request);
  find("save-json").onclick = () => save(json, "report.json");
  find("save-list").onclick = () => save(spreadsheet(list()), "scans.csv");
  find("save-site").hidden = !fit;
  find("save-site").onclick = () =>
    save(new Blob([JSON.stringify(fit.file, null, 2)], { type: "application/json" }), "site.json");
  find("result").hidden = false;
  const others = trusted?.others ? `, and ${trusted.others.answer.total} scans labelled “other”` : "";
  tell(`${part.images} scans evaluated${others}, ${report.left_out.length} files excluded.`);
  find("result-title").focus();
}

// The figures with intervals by patient, if patients are known.
/** @type {(part: any, patients: any) => any} */
function byPatient(part, patients) {
  if (!patients) return part;
  const classes = Object.entries(part.per_class).map(([id, figures]) => {
    const { sensitivity, specificity } = patients.per_class[id];
    return [
      id,
      {
        ...figures,
        sensitivity: { ...figures.sensitivity, ...sensitivity },
        specificity: { ...figures.specificity, ...specificity },
      },
    ];
  });
  return { ...part, per_class: Object.fromEntries(classes) };
}

// The figures without and with the copies of training scans, which the network recognises rather than reads.
/** @type {(without: any, withCopies: any) => HTMLElement} */
function bothWays(without, withCopies) {
  const parts = [without, withCopies].map(({ measured }) => measured);
  /** @type {(name: string, figure: (part: any) => string) => string[]} */
  const line = (name, figure) => [name, ...parts.map(figure)];
  return section(
    "Without and with copies",
    table("Copies of training scans inflate the figures; only those without copies count for new scans", [
      ["Figure", "Without copies", "With copies"],
      line("Scans", ({ images }) => images),
      line("Accuracy", ({ accuracy }) => share(accuracy)),
      line("95 % interval", ({ accuracy }) => interval(accuracy)),
      line("Missed tumors", ({ missed_tumors: missed }) => `${missed.count} of ${missed.total}`),
      ...Object.entries(names).map(([id, name]) =>
        line(`Sensitivity, ${name}`, ({ per_class }) => share(per_class[id].sensitivity)),
      ),
      line("Calibration error", ({ calibrated }) => percent(calibrated.ece)),
    ]),
  );
}

// The misclassified scans, the most confident first, with their pictures.
/** @param {any} report */
function misread({ misread: found, measured: { accuracy } }) {
  const wrong = accuracy.total - accuracy.count;
  if (!wrong) return section("Misread scans", make("p", { textContent: "None." }));
  const more = found.length < wrong ? `; these are the ${found.length} most confident ones` : "";
  const items = found.map(({ scan, class: tumor, predicted, confidence }) => {
    const { file } = chosen.find((entry) => number(entry) === scan);
    const picture = make("img", { src: URL.createObjectURL(file), alt: "" });
    // A browser may not display the format of the file.
    picture.addEventListener("error", () => picture.removeAttribute("src"));
    const path = make("span", { className: "hint", textContent: `${scan}, ${file.webkitRelativePath}` });
    const words = `${names[tumor]} read as ${names[predicted]}, ${percent(confidence)}`;
    return make("li", {}, picture, make("div", { className: "about" }, make("strong", { textContent: words }), path));
  });
  return section(
    "Misread scans",
    make("p", { className: "hint", textContent: `${wrong} of ${accuracy.total} scans${more}.` }),
    make("ul", { className: "entries" }, ...items),
  );
}

// File names never leave the browser, but this page may show them.
function leftOut() {
  const scans = chosen.filter(({ reason }) => reason);
  if (!scans.length) return [];
  const rows = scans.map(({ file, reason }) => [file.webkitRelativePath, make("td", { textContent: reason })]);
  return [section("Excluded files", table(`${scans.length} files`, [["File", "Reason"], ...rows]))];
}

/** @type {(type: string, name: string, request: object) => Promise<void>} */
async function keep(type, name, request) {
  try {
    save(await evaluation(request, type), name);
  } catch (problem) {
    if (!("advice" in problem)) throw problem;
    complain(find("problem"), problem);
  }
}

// Maps numbers to files. An apostrophe keeps spreadsheets from running a cell as a formula.
function list() {
  const rows = chosen.map((scan) => {
    const best = scan.result?.probabilities;
    const predicted = best ? classes[best.indexOf(Math.max(...best))].id : "";
    return [scan.number, scan.file.webkitRelativePath, scan.tumor, scan.patient, predicted, scan.reason];
  });
  const header = ["number", "file", "class", "patient", "predicted", "excluded"];
  return [header, ...rows];
}

const [{ classes: known }, listed] = await Promise.all([get("/classes"), get("/models")]);
classes = known;
names = Object.fromEntries(known.map(({ id, name }) => [id, name]));
offerModels(listed);
find("folder").addEventListener("change", choose);
find("start").addEventListener("click", start);
