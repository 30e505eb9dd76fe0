// The session of the signed-in user: signing out, and signing in again after it has ended.

import { SIGN_IN_REQUIRED, get, sendOnce, whenSessionEnds } from "./api.js";
import { openDialog } from "./dialog.js";
import { find, make } from "./dom.js";
import { signInForm } from "./sign-in-form.js";

/** @type {Promise<boolean> | null} */
let again = null;

// All requests wait for the same dialog.
whenSessionEnds(() => (again ??= signInAgain().finally(() => (again = null))));

// The session at the time the page was opened.
export const current = get("/sessions/current");

// Resolves to whether the user has signed in. The page, including a chosen scan, stays as it is.
/** @returns {Promise<boolean>} */
async function signInAgain() {
  const before = await current.catch(() => null);
  return new Promise((resolve) => {
    const form = signInForm((account) => {
      // The content of the page belongs to another user.
      if (account.id !== before?.account.id) location.reload();
      else resolve(true);
      dialog.close();
    }, before?.account.email);
    const dialog = openDialog(
      "Sign in again",
      make("p", { textContent: "Your session has ended. Sign in to continue." }),
      form,
    );
    dialog.addEventListener("close", () => resolve(false));
  });
}

find("sign-out").addEventListener("click", async () => {
  try {
    await sendOnce("DELETE", "/sessions/current");
  } catch (problem) {
    if (!("advice" in problem)) throw problem;
    if (problem.type !== SIGN_IN_REQUIRED) {
      openDialog("You are still signed in", make("p", { textContent: `${problem.message} ${problem.advice}` }));
      return;
    }
  }
  location.assign("/");
});

/** @param {any} session */
function showWho({ account }) {
  find("who").textContent = account.email;
  find("members-link").hidden = !account.admin;
}

// If this fails, the requests of the page report the error.
current.then(showWho, () => {});
