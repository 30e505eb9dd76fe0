// Modal dialogs; on closing, the focus returns to where it was.

import { make } from "./dom.js";

// Opens a dialog with a heading; Escape or `close` closes it.
/** @type {(title: string, ...content: (Node | string | null)[]) => HTMLDialogElement} */
export function openDialog(title, ...content) {
  const dialog = make("dialog", { ariaLabel: title }, make("h2", { textContent: title }), ...content);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Asks for confirmation of an action that cannot be undone.
 * @param {string} title
 * @param {string} text
 * @param {string} action
 * @returns {Promise<boolean>}
 */
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
