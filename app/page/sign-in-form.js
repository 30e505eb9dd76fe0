// The sign-in form: e-mail and password, then the second factor if the account has one.

import { Problem, SIGN_IN_REQUIRED, sendOnce } from "./api.js";
import { make, site } from "./dom.js";
import { code, email, field, form, password, values } from "./forms.js";

const overPlainHttp = () => site.secureCookies && location.protocol === "http:";

function cookieRefused() {
  const why = overPlainHttp()
    ? `The service sends its session cookie only over HTTPS, and this page is open at ${location.origin}.`
    : "The browser blocks cookies of this site.";
  const what = overPlainHttp()
    ? `Open the service at its https:// address. If it has none, its operator sets PUBLIC_URL=${location.origin}; passwords and scans then cross the network unencrypted.`
    : "Allow cookies for this site, then sign in again.";
  return new Problem("The sign-in was correct, but this browser did not store the session", why, what);
}

/**
 * Begins a session, and checks that the browser stored its cookie.
 * @param {{ email: string, password: string }} given
 */
export async function beginSession(given) {
  const session = await sendOnce("POST", "/sessions", given);
  // An incomplete session cannot be checked here: its second step fails without the cookie.
  if (session.complete) {
    await sendOnce("GET", "/sessions/current").catch((problem) => {
      throw problem.type === SIGN_IN_REQUIRED ? cookieRefused() : problem;
    });
  }
  return session;
}

/**
 * @param {(account: any) => unknown} done Called with the account after signing in.
 * @param {string} known An e-mail to fill in.
 */
export function signInForm(done, known = "") {
  const box = make("div", { className: "sign-in" });

  /** @param {any} elements */
  async function begin(elements) {
    const session = await beginSession({ email: elements.email.value.trim(), password: elements.password.value });
    if (session.complete) done(session.account);
    else show(secondStep(code(), "Use a recovery code instead", recoveryStep));
  }

  /** @param {any} elements */
  async function complete(elements) {
    try {
      done((await sendOnce("POST", "/sessions/second-factor", values(elements, "code"))).account);
    } catch (problem) {
      // Without the cookie, signing in again fails too. With it: too many wrong codes, or too late.
      if (problem.type === SIGN_IN_REQUIRED && overPlainHttp() && !window.isSecureContext) throw cookieRefused();
      if (problem.type === SIGN_IN_REQUIRED) show(...firstStep(problem.message));
      else throw problem;
    }
  }

  function firstStep(remark = "") {
    const said = remark ? [make("p", { className: "notice", role: "status", textContent: remark })] : [];
    const fields = [email({ value: known }), password("Password", { autofocus: known !== "" })];
    return [...said, form(fields, "Sign in", begin)];
  }

  /** @type {(input: HTMLElement, other: string, otherStep: () => HTMLElement) => HTMLElement} */
  function secondStep(input, other, otherStep) {
    const change = make("button", { type: "button", className: "link", textContent: other });
    change.addEventListener("click", () => show(otherStep()));
    return form([input, change], "Continue", complete, { wrong: "Wrong, used or expired code." });
  }

  /** @returns {HTMLElement} */
  function recoveryStep() {
    const input = field(
      "Recovery code",
      "code",
      { autocomplete: "off", autocapitalize: "none", spellcheck: false },
      "One of the codes shown when you set up the second factor. Each works once.",
    );
    return secondStep(input, "Use the authenticator app instead", () =>
      secondStep(code(), "Use a recovery code instead", recoveryStep),
    );
  }

  /** @param {HTMLElement[]} content */
  function show(...content) {
    box.replaceChildren(...content);
    box.querySelector("input").focus();
  }

  box.append(...firstStep());
  return box;
}
