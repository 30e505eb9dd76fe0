// The sign-in form: e-mail and password, then the second factor if the account has one.

import { SIGN_IN_REQUIRED, sendOnce } from "./api.js";
import { make } from "./dom.js";
import { code, email, field, form, password, values } from "./forms.js";

/**
 * @param {(account: any) => unknown} done Called with the account after signing in.
 * @param {string} known An e-mail to fill in.
 */
export function signInForm(done, known = "") {
  const box = make("div", { className: "sign-in" });

  /** @param {any} elements */
  async function begin(elements) {
    const session = await sendOnce("POST", "/sessions", {
      email: elements.email.value.trim(),
      password: elements.password.value,
    });
    if (session.complete) done(session.account);
    else show(secondStep(code(), "Use a recovery code instead", recoveryStep));
  }

  /** @param {any} elements */
  async function complete(elements) {
    try {
      done((await sendOnce("POST", "/sessions/second-factor", values(elements, "code"))).account);
    } catch (problem) {
      // Too many wrong codes, or too late: start again with the password.
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
