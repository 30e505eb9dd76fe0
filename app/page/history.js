// The history: lists, reopens, labels, exports and deletes results.

/** @import { HistoryRecord, ClassInfo } from "./types.js" */

import { download, get, queryOf, send } from "./api.js";
import { showConfirmed } from "./confirmed.js";
import { confirmed, openDialog } from "./dialog.js";
import { complain, find, make, PAPER, save, site, when } from "./dom.js";
import { feedbackPart, verdictWords } from "./feedback.js";
import { field, form, values } from "./forms.js";
import { button, entry, partOf } from "./part.js";
import { acquisition, bars, warningList } from "./result.js";

const SOURCES = { upload: "single file", sample: "sample", batch: "several files", report: "report" };

const part = partOf("history");
const all = partOf("all");
const list = part.element.querySelector(".entries");
const more = find("more");
const filters = find("filters").elements;

const RECORD = /^#[0-9a-f-]{36}$/;

/** @type {ClassInfo[]} */
let classes = [];

// Midnight at the beginning of a day, in the reader’s time zone.
/** @type {(day: string, later?: number) => string} */
const begin = (day, later = 0) => {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
};

const chosen = () => ({
  decision: filters.decision.value || null,
  class: filters.class.value || null,
  model: filters.model.value || null,
  since: filters.since.value ? begin(filters.since.value) : null,
  until: filters.until.value ? begin(filters.until.value, 1) : null,
  text: filters.text.value.trim() || null,
});

/** @param {HistoryRecord} record */
function picture(record) {
  if (!record.picture) return null;
  return make("img", { src: `${record.picture}?size=thumbnail`, alt: "", loading: "lazy", width: 64, height: 64 });
}

/** @param {HistoryRecord} record */
function entryOf(record) {
  const title = record.display.summary;
  const date = when(record.created_at);
  const marks = [record.label, record.feedback && verdictWords(record.feedback, classes)].filter(Boolean);
  const about = `${title}, ${date.textContent}`;
  return entry(title, [date, record.model.name, SOURCES[record.source]], { marks, picture: picture(record), buttons: [button("Show", about, () => open(record))] });
}

/** @type {(term: string, ...content: (Node | string)[]) => HTMLElement} */
const row = (term, ...content) => make("div", {}, make("dt", { textContent: term }), make("dd", {}, ...content));

// The stored scan, with a heat-map over it: of a class, or of the place of any tumor.
/** @param {HistoryRecord} record */
function viewer(record) {
  const hasPlace = record.heatmap_methods.includes("place");
  const image = make("img", { className: "kept" });
  const heat = make("select", { id: "heat-of" });
  if (record.picture) heat.append(make("option", { value: "", textContent: "none" }));
  if (record.overlay) heat.append(...classes.map(({ id, name }) => make("option", { value: id, textContent: name })));
  if (hasPlace) heat.append(make("option", { value: "place", textContent: "place of any tumor" }));
  /** @type {(value: string, name: string) => string} */
  const titleOf = (value, name) => (value === "place" ? "Heat-map of the place of any tumor" : `Grad-CAM heat-map for ${name}`);
  const chosen = () => (heat.value === "place" ? { method: "place" } : { target: heat.value || null });
  function draw() {
    image.src = heat.value ? `${record.overlay}?${queryOf(chosen())}` : record.picture;
    image.alt = heat.value ? titleOf(heat.value, heat.selectedOptions[0].textContent) : "The stored scan";
  }
  if (record.overlay) heat.value = record.heatmap?.target ?? (hasPlace ? "place" : record.prediction.class);
  heat.addEventListener("change", draw);
  const shown = record.picture || record.overlay;
  if (shown) draw();
  const about = record.picture ? null : make("span", { className: "hint", textContent: "The scan was not stored." });
  const choice = make("label", { className: "model" }, "Heat-map ", heat, " ", about);
  return { chosen, element: shown ? make("div", {}, image, record.overlay ? choice : null) : null };
}

/** @param {HistoryRecord} record */
function labelPart(record) {
  const said = make("p", { className: "status", role: "status" });
  const hint = "Do not identify the patient.";
  const label = field("Label", "label", { required: false, maxLength: site.limits.label, value: record.label ?? "" }, hint);
  const note = field("Note on the scan", "note", { required: false, maxLength: site.limits.note, value: record.note ?? "" });
  const element = form([label, note], "Save label and note", async (elements) => {
    const given = values(elements, "label", "note");
    await send("PATCH", `/history/${record.id}`, { label: given.label || null, note: given.note || null });
    said.textContent = "Label and note saved.";
    await part.attempt(() => show());
  });
  const title = make("summary", { textContent: "Label and note" });
  return make("details", { className: "feedback", open: Boolean(record.label || record.note) }, title, element, said);
}

/** @param {HistoryRecord} record */
function open(record) {
  const { display } = record;
  const { chosen: shown, element: scan } = viewer(record);
  const box = make("div", { className: "problem", role: "alert", hidden: true });
  const pdf = make("button", { type: "button", textContent: "Save as PDF" });
  pdf.addEventListener("click", async () => {
    box.hidden = pdf.disabled = true;
    try {
      save(await download(`/history/${record.id}/report?${queryOf({ ...shown(), paper: PAPER })}`), "report.pdf");
    } catch (fault) {
      if (!("advice" in fault)) throw fault;
      complain(box, fault);
    } finally {
      pdf.disabled = false;
    }
  });
  const close = make("button", { type: "button", className: "primary", textContent: "Close" });
  close.addEventListener("click", () => dialog.close());
  const remove = make("button", { type: "button", className: "dangerous", textContent: "Delete" });
  remove.addEventListener("click", () => {
    dialog.close();
    part.attempt(() => deleteOne(record));
  });
  const dialog = openDialog(
    display.summary,
    scan,
    make("p", { textContent: [display.decision, display.prediction_set].filter(Boolean).join(" ") }),
    acquisition(record),
    ...(record.prediction ? [bars(record)] : []),
    warningList(record),
    make(
      "dl",
      { className: "facts" },
      ...record.comparisons.map(({ model, summary }) => row("Compared", `${model.name} ${model.version}: ${summary}`)),
      row("Date", when(record.created_at)),
      row("Source", SOURCES[record.source]),
      row("Model", display.model),
      row("Image", display.image),
      ...(display.heatmap ? [row("Heat-map", display.heatmap)] : []),
      row("Time", display.timing),
      row("Id", record.id),
    ),
    record.source === "sample" ? null : feedbackPart(record, classes, () => part.attempt(() => show().then(showConfirmed))),
    labelPart(record),
    box,
    make("div", { className: "buttons" }, close, pdf, remove),
  );
  close.focus();
}

/** @param {HistoryRecord} record */
async function deleteOne(record) {
  if (!(await confirmed("Delete this result?", "The result and its stored image are permanently deleted.", "Delete"))) return;
  await send("DELETE", `/history/${record.id}`);
  await show();
  await showConfirmed();
  part.done("Result deleted.");
}

// The button disappears, so the focus moves to the first new entry.
/** @param {string} cursor */
async function follow(cursor) {
  const last = list.lastElementChild;
  await show(cursor);
  last.nextElementSibling?.querySelector("button").focus();
}

let requests = 0;

// Shows the first page of the selection, or appends the page after a cursor. Late responses are discarded.
/** @param {string | null} cursor */
async function show(cursor = null) {
  const mine = (requests += 1);
  const { records, next } = await get(`/history?${queryOf({ ...chosen(), cursor, limit: 20 })}`);
  if (mine !== requests) return;
  if (!cursor) list.replaceChildren();
  list.append(...records.map(entryOf));
  if (!list.hasChildNodes()) part.tell("No results match the filters.");
  const button = make("button", { type: "button", textContent: "Show more" });
  button.addEventListener("click", () => part.attempt(() => follow(next)));
  more.replaceChildren(...(next ? [button] : []));
}

find("filters").addEventListener("change", () => part.attempt(() => show()));
find("filters").addEventListener("submit", (event) => event.preventDefault());

find("export").addEventListener("click", () =>
  all.attempt(async () => {
    all.tell("Exporting …");
    const format = find("format").value;
    save(await download(`/history/export?${queryOf({ ...chosen(), format })}`), `history.${format}`);
    all.tell("History exported.");
  }),
);

find("delete-all").addEventListener("click", () =>
  all.attempt(async () => {
    const text = "All results are permanently deleted, whatever the filters. Export them first if you need them.";
    if (!(await confirmed("Delete the whole history?", text, "Delete everything"))) return;
    const { deleted } = await send("DELETE", "/history");
    await show();
    await showConfirmed();
    all.tell(`${deleted} ${deleted === 1 ? "result" : "results"} deleted.`);
  }),
);

await part.attempt(async () => {
  const [known, { models }] = await Promise.all([get("/classes"), get("/models")]);
  classes = known.classes;
  filters.class.append(...classes.map(({ id, name }) => make("option", { value: id, textContent: name })));
  filters.model.append(...models.map(({ name }) => make("option", { value: name, textContent: name })));
  await show();
  await showConfirmed();
  // Reports link to their record this way.
  if (RECORD.test(location.hash)) open(await get(`/history/${location.hash.slice(1)}`));
});
