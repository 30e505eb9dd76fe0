// What a reader says of an answer once it is known: on the result, and on what is kept of it.

import { send } from "./api.js";
import { make } from "./dom.js";
import { field, form, values } from "./forms.js";

// In words, what was said.
export function verdictWords({ verdict, confirmed }, classes) {
  const { name } = classes.find(({ id }) => id === confirmed);
  return verdict === "agree" ? `agreed: ${name}` : `confirmed: ${name}`;
}

// A part that is folded up, with a form for it. `answer` is a prediction with its feedback, if there is any; `told` is
// given what was kept.
export function feedbackPart(answer, classes, told = () => {}) {
  const { prediction, feedback, id } = answer;
  // Where the network does not answer, there is nothing to agree with.
  const answered = answer.decision !== "uncertain" && answer.decision !== "outside";
  const choices = [
    ...(answered || feedback?.verdict === "agree" ? [["agree", `I agree: ${prediction.label}`]] : []),
    ...classes.map(({ id: tumor, name }) => [tumor, `It is known to be: ${name}`]),
  ];
  const select = make("select", { name: "verdict", id: `verdict-${id}` });
  select.append(...choices.map(([value, textContent]) => make("option", { value, textContent })));
  if (feedback) select.value = feedback.verdict;
  const fault = make("p", { className: "fault" });
  const verdict = make(
    "div",
    { className: "field" },
    make("label", { htmlFor: select.id, textContent: "What is it?" }),
    select,
    fault,
  );
  const hint = "How that is known, for example. Leave out what names the patient.";
  const note = field("Note", "note", { required: false, maxLength: 1000, value: feedback?.note ?? "" }, hint);
  const said = make("p", { className: "status", role: "status" });
  const element = form([verdict, note], "Keep it", async (elements) => {
    const given = values(elements, "verdict", "note");
    const kept = await send("POST", `/predictions/${id}/feedback`, { ...given, note: given.note || null });
    said.textContent = `Kept, ${verdictWords(kept, classes)}. What you say later takes its place.`;
    told(kept);
  });
  return make("details", { className: "feedback" }, make("summary", { textContent: "Was it right?" }), element, said);
}
