// Feedback: a reader agrees with a result or states the confirmed class.

/** @import { ClassInfo, Displayed, Feedback } from "./types.js" */

import { send } from "./api.js";
import { make, site } from "./dom.js";
import { field, form, values } from "./forms.js";

/** @type {(feedback: Feedback, classes: ClassInfo[]) => string} */
export function verdictWords({ verdict, confirmed }, classes) {
  const { name } = classes.find(({ id }) => id === confirmed);
  return verdict === "agree" ? `agreed: ${name}` : `confirmed: ${name}`;
}

/**
 * A collapsed form.
 * @param {Displayed & { id: string, prediction: { label: string } | null, feedback?: Feedback | null }} answer
 * @param {ClassInfo[]} classes
 * @param {(feedback: Feedback) => unknown} saved Called with the stored feedback.
 */
export function feedbackPart(answer, classes, saved = () => {}) {
  const { display, prediction, feedback, id } = answer;
  // Without an answer there is nothing to agree with.
  const answered = display.classes.some(({ role }) => role === "answer");
  const choices = [
    ...(prediction && (answered || feedback?.verdict === "agree") ? [["agree", `I agree: ${prediction.label}`]] : []),
    ...classes.map(({ id: tumor, name }) => [tumor, `Confirmed: ${name}`]),
  ];
  const select = make("select", { name: "verdict", id: `verdict-${id}` });
  select.append(...choices.map(([value, textContent]) => make("option", { value, textContent })));
  if (feedback) select.value = feedback.verdict;
  const fault = make("p", { className: "fault" });
  const verdict = make(
    "div",
    { className: "field" },
    make("label", { htmlFor: select.id, textContent: "Class of the scan" }),
    select,
    fault,
  );
  const hint = "For example, how the class was confirmed. Do not identify the patient.";
  const note = field("Note", "note", { required: false, maxLength: site.limits.note, value: feedback?.note ?? "" }, hint);
  const said = make("p", { className: "status", role: "status" });
  const element = form([verdict, note], "Save feedback", async (elements) => {
    const given = values(elements, "verdict", "note");
    const stored = await send("POST", `/predictions/${id}/feedback`, { ...given, note: given.note || null });
    said.textContent = `Feedback saved, ${verdictWords(stored, classes)}. New feedback replaces old feedback.`;
    saved(stored);
  });
  return make("details", { className: "feedback" }, make("summary", { textContent: "Give feedback" }), element, said);
}
