// Who is signed in, on every page where accounts are on: signing out, and in again when the session has ended.

import { SIGN_IN_REQUIRED, get, sendOnce, whenSessionEnds } from "./api.js";
import { openDialog } from "./dialog.js";
import { find, make } from "./dom.js";
import { signInForm } from "./sign-in-form.js";

let again = null;

// Whatever was asked for meanwhile waits for the same dialog.
whenSessionEnds(() => (again ??= signInAgain().finally(() => (again = null))));

// The session that the page was opened with; with an account that may be an administrator's.
export const current = get("/sessions/current");

// Gives whether the person has signed in. What is on the page, a chosen scan above all, stays there.
async function signInAgain() {
  const before = await current.catch(() => null);
  return new Promise((resolve) => {
    const form = signInForm((account) => {
      // What is on the page is another person's.
      if (account.id !== before?.account.id) location.reload();
      else resolve(true);
      dialog.close();
    }, before?.account.email);
    const dialog = openDialog(
      "Sign in again",
      make("p", { textContent: "Your session has ended. What you were doing goes on once you have signed in." }),
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

function showWho({ account }) {
  const nav = document.querySelector(".top nav");
  if (account.admin && location.pathname !== "/members") {
    nav.prepend(make("a", { href: "/members", textContent: "Members" }), " ");
  }
  nav.prepend(make("span", { className: "who", textContent: account.email, title: "You are signed in" }), " ");
}

// Where it cannot be had, the page's own requests tell why.
current.then(showWho, () => {});
