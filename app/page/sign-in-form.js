// The form that signs in: e-mail and password, then the second factor where the account has one.

import { SIGN_IN_REQUIRED, sendOnce } from "./api.js";
import { make } from "./dom.js";
import { code, email, field, form, password, values } from "./forms.js";

// `done` is given the account that is signed in.
export function signInForm(done, known = "") {
  const box = make("div", { className: "sign-in" });

  async function begin(elements) {
    const session = await sendOnce("POST", "/sessions", {
      email: elements.email.value.trim(),
      password: elements.password.value,
    });
    if (session.complete) done(session.account);
    else show(secondStep(code(), "Use a recovery code instead", recoveryStep));
  }

  async function complete(elements) {
    try {
      done((await sendOnce("POST", "/sessions/second-factor", values(elements, "code"))).account);
    } catch (problem) {
      // Too many wrong codes, or too late: the password comes first again.
      if (problem.type === SIGN_IN_REQUIRED) show(...firstStep(problem.message));
      else throw problem;
    }
  }

  function firstStep(remark = "") {
    const said = remark ? [make("p", { className: "notice", role: "status", textContent: remark })] : [];
    const fields = [email({ value: known }), password("Password", { autofocus: known !== "" })];
    return [...said, form(fields, "Sign in", begin)];
  }

  function secondStep(input, other, otherStep) {
    const change = make("button", { type: "button", className: "link", textContent: other });
    change.addEventListener("click", () => show(otherStep()));
    return form([input, change], "Go on", complete, { wrong: "This code is wrong, was used already, or has run out." });
  }

  function recoveryStep() {
    const input = field(
      "Recovery code",
      "code",
      { autocomplete: "off", autocapitalize: "none", minLength: 6, maxLength: 24, spellcheck: false },
      "One of those that you were shown with the second factor. Each is good once.",
    );
    return secondStep(input, "Use the authenticator app instead", () =>
      secondStep(code(), "Use a recovery code instead", recoveryStep),
    );
  }

  function show(...content) {
    box.replaceChildren(...content);
    box.querySelector("input").focus();
  }

  box.append(...firstStep());
  return box;
}
