// Dialogs: over the page until they are closed; the focus goes back to where it was.

import { make } from "./dom.js";

// Opens a dialog with a heading. Escape closes it, and so does `close`.
export function openDialog(title, ...content) {
  const dialog = make("dialog", { ariaLabel: title }, make("h2", { textContent: title }), ...content);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

// Asks before what cannot be undone; gives whether it is wanted.
export function confirmed(title, text, action) {
  return new Promise((resolve) => {
    const cancel = make("button", { type: "button", textContent: "Cancel" });
    const go = make("button", { type: "button", className: "dangerous", textContent: action });
    const dialog = openDialog(
      title,
      make("p", { textContent: text }),
      make("div", { className: "buttons" }, cancel, go),
    );
    cancel.addEventListener("click", () => dialog.close());
    go.addEventListener("click", () => {
      resolve(true);
      dialog.close();
    });
    dialog.addEventListener("close", () => resolve(false));
    cancel.focus();
  });
}
