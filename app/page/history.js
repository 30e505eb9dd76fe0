// The history: what was read, to look through, take away and delete.

import { download, get, queryOf, send } from "./api.js";
import { showConfirmed } from "./confirmed.js";
import { confirmed, openDialog } from "./dialog.js";
import { find, make, save, when } from "./dom.js";
import { feedbackPart, verdictWords } from "./feedback.js";
import { button, entry, partOf } from "./part.js";
import { bars, briefly, focusWords } from "./result.js";

const SOURCES = { upload: "a file", sample: "a sample", batch: "one of several files", report: "a report" };

const part = partOf("history");
const all = partOf("all");
const list = part.element.querySelector(".entries");
const more = find("more");
const filters = find("filters").elements;

const RECORD = /^#[0-9a-f-]{36}$/;

let classes = [];

// The first moment of a day, where the reader is.
const begin = (day, later = 0) => {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
};

const chosen = () => ({
  class: filters.class.value || null,
  model: filters.model.value || null,
  since: filters.since.value ? begin(filters.since.value) : null,
  until: filters.until.value ? begin(filters.until.value, 1) : null,
});

function picture(record) {
  if (!record.picture) return null;
  return make("img", { src: `${record.picture}?size=thumbnail`, alt: "", loading: "lazy", width: 64, height: 64 });
}

function entryOf(record) {
  const title = briefly(record);
  const facts = [when(record.created_at), record.model.name, `of ${SOURCES[record.source]}`];
  const marks = record.warnings.some(({ code }) => code === "low-confidence") ? ["unsure"] : [];
  if (record.feedback) marks.push(verdictWords(record.feedback, classes));
  const about = `${title}, ${facts[0].textContent}`;
  return entry(title, facts, { marks, picture: picture(record), buttons: [button("Show", about, () => open(record))] });
}

const row = (term, ...content) => make("div", {}, make("dt", { textContent: term }), make("dd", {}, ...content));

function open(record) {
  const { model, image, timing_ms: ms, warnings } = record;
  const close = make("button", { type: "button", className: "primary", textContent: "Close" });
  close.addEventListener("click", () => dialog.close());
  const remove = make("button", { type: "button", className: "dangerous", textContent: "Delete" });
  remove.addEventListener("click", () => {
    dialog.close();
    part.attempt(() => deleteOne(record));
  });
  const dialog = openDialog(
    briefly(record),
    ...(record.picture ? [make("img", { className: "kept", src: record.picture, alt: "The scan, as it was kept" })] : []),
    bars(record),
    make("ul", { className: "warnings" }, ...warnings.map(({ message }) => make("li", { textContent: message }))),
    make(
      "dl",
      { className: "facts" },
      row("When", when(record.created_at)),
      row("Asked with", SOURCES[record.source]),
      row("Model", `${model.name} ${model.version}`),
      row("Image", `${image.width} × ${image.height} ${image.format}`),
      ...(record.decision === "outside" ? [] : [row("Heat", record.heatmap ? focusWords(record.heatmap.focus) : "not asked for")]),
      row("Time", `${Math.round(ms.total)} ms`),
      row("Id", record.id),
    ),
    record.source === "sample" ? null : feedbackPart(record, classes, () => part.attempt(() => show().then(showConfirmed))),
    make("div", { className: "buttons" }, close, remove),
  );
  close.focus();
}

async function deleteOne(record) {
  if (!(await confirmed("Delete this reading?", "It is deleted for good, with its picture if that was kept.", "Delete"))) return;
  await send("DELETE", `/history/${record.id}`);
  await show();
  await showConfirmed();
  part.done("The reading is deleted.");
}

// The focus goes on to the first of those that are added, since the button is gone.
async function follow(cursor) {
  const last = list.lastElementChild;
  await show(cursor);
  last.nextElementSibling?.querySelector("button").focus();
}

let asked = 0;

// Shows the first page of what is chosen, or adds the one after a cursor. What was chosen before comes too late.
async function show(cursor = null) {
  const mine = (asked += 1);
  const { records, next } = await get(`/history?${queryOf({ ...chosen(), cursor, limit: 20 })}`);
  if (mine !== asked) return;
  if (!cursor) list.replaceChildren();
  list.append(...records.map(entryOf));
  if (!list.hasChildNodes()) part.tell("There is nothing here, or nothing that fits what is chosen.");
  const button = make("button", { type: "button", textContent: "Show more" });
  button.addEventListener("click", () => part.attempt(() => follow(next)));
  more.replaceChildren(...(next ? [button] : []));
}

find("filters").addEventListener("change", () => part.attempt(() => show()));
find("filters").addEventListener("submit", (event) => event.preventDefault());

find("export").addEventListener("click", () =>
  all.attempt(async () => {
    all.tell("The history is being put together …");
    const format = find("format").value;
    save(await download(`/history/export?${queryOf({ ...chosen(), format })}`), `history.${format}`);
    all.tell("The history is saved.");
  }),
);

find("delete-all").addEventListener("click", () =>
  all.attempt(async () => {
    const text = "All that was read until now is deleted for good, whatever is chosen above. Save it before if you need it.";
    if (!(await confirmed("Delete the whole history?", text, "Delete everything"))) return;
    const { deleted } = await send("DELETE", "/history");
    await show();
    await showConfirmed();
    all.tell(`${deleted} ${deleted === 1 ? "reading is" : "readings are"} deleted.`);
  }),
);

await part.attempt(async () => {
  const [known, { models }] = await Promise.all([get("/classes"), get("/models")]);
  classes = known.classes;
  filters.class.append(...classes.map(({ id, name }) => make("option", { value: id, textContent: name })));
  filters.model.append(...models.map(({ name }) => make("option", { value: name, textContent: name })));
  await show();
  await showConfirmed();
  // A report names its record so.
  if (RECORD.test(location.hash)) open(await get(`/history/${location.hash.slice(1)}`));
});
