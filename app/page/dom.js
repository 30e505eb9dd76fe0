// Elements, made and found.

export const find = (id) => document.getElementById(id);

// An element with properties and children; text is text, never markup.
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child != null));
  return element;
}

export const percent = (share) => `${(100 * share).toFixed(1)} %`;

// A moment, in the words of the reader's own language and place.
export const when = (moment) =>
  make("time", {
    dateTime: moment,
    textContent: new Date(moment).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }),
  });

// Tells what went wrong, and what can be done.
export function complain(box, problem) {
  box.replaceChildren(make("strong", { textContent: problem.title }), `${problem.message} ${problem.advice}`);
  box.hidden = false;
}

// Hands a file to the browser's downloads.
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

// The choice of a model, shown where there is one.
export function offerModels({ models, default: preferred }) {
  find("model").append(
    ...models.map(({ name }) => make("option", { value: name, textContent: name, selected: name === preferred })),
  );
  find("model-choice").hidden = models.length < 2;
}
