// Requests to the API, and its errors as sentences.

const BASE = "/api/v1";
const RETRIES = 5;

// What the user can do about each kind of error; the problem's own detail describes the fault.
/** @type {Record<string, string>} */
const ADVICE = {
  "urn:problem:unreadable-image": "Choose another file, or save this one again as PNG or JPEG.",
  "urn:problem:not-a-brain-mri": "Choose one slice of a brain MRI, without frame or text.",
  "urn:problem:unsupported-format": "Export the slice as PNG or JPEG and choose that.",
  "urn:problem:too-large": "Choose a smaller image: a single slice at its original size.",
  "urn:problem:malformed-request": "Reload this page and try again.",
  "urn:problem:method-not-allowed": "Reload this page and try again.",
  "urn:problem:upload-timeout": "Try again on a faster connection, or choose a smaller file.",
  "urn:problem:not-acceptable": "Reload this page and try again.",
  "urn:problem:invalid-parameters": "Check your input. If it is correct, reload this page.",
  "urn:problem:not-found": "Reload this page: the requested item no longer exists.",
  "urn:problem:sign-in-required": "Sign in and try again.",
  "urn:problem:wrong-credentials": "Check your input and try again.",
  "urn:problem:conflict": "Reload this page to see the current state.",
  "urn:problem:link-spent": "Ask the sender for a new link.",
  "urn:problem:unknown-host": "Open this page at another name of the service, or ask its operator.",
  "urn:problem:too-many-attempts": "Wait and try again.",
  "urn:problem:forbidden": "Ask an administrator of this server.",
  "urn:problem:cross-site-request": "Reload this page and try again.",
  "urn:problem:database-unavailable": "Try again later. If the error persists, contact the operator of this server.",
  "urn:problem:model-not-ready": "Wait a few seconds and try again.",
  "urn:problem:queue-full": "The service is busy. Wait a few seconds and try again.",
  "urn:problem:too-many-requests": "Wait and try again.",
  "urn:problem:storage-unavailable": "Try again later. If the error persists, contact the operator of this server.",
  "urn:problem:storage-full": "Choose a smaller file, or contact the operator of this server.",
  "urn:problem:out-of-memory": "Choose a smaller image, or try again later.",
  "urn:problem:image-server-failed": "Try again later. If the error persists, contact the operator of this server.",
  "urn:problem:image-server-timeout": "Try again later. If the error persists, contact the operator of this server.",
  "urn:problem:internal-error": "Try again. If the error persists, contact the operator of this server.",
};

export const SIGN_IN_REQUIRED = "urn:problem:sign-in-required";
export const WRONG_CREDENTIALS = "urn:problem:wrong-credentials";

export class Problem extends Error {
  /**
   * @param {string} title
   * @param {string} detail
   * @param {string} advice
   * @param {{ type?: string, errors?: { location: string, message: string }[], retryAfter?: number }} [more]
   */
  constructor(title, detail, advice, { type = "", errors = [], retryAfter = 0 } = {}) {
    super(detail);
    this.title = title;
    this.advice = advice;
    this.type = type;
    // Each fault with its location in the request.
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

function unreachable() {
  return new Problem("The service cannot be reached", "There was no response.", "Check the connection and try again.");
}

/** @type {(text: string, retryAfter: string | null) => Problem} */
function problemOf(text, retryAfter) {
  try {
    const { type, title, detail, errors } = JSON.parse(text);
    return new Problem(title, detail, ADVICE[type] ?? "", { type, errors, retryAfter: Number(retryAfter) || 0 });
  } catch {
    return new Problem("The service failed", "Its response cannot be read.", "Try again later.");
  }
}

// Lets the user sign in again after the session has ended; resolves to whether they did. Set if accounts are on.
let signIn = async () => false;

/** @param {() => Promise<boolean>} ask */
export function whenSessionEnds(ask) {
  signIn = ask;
}

/**
 * Sends a request; if the session has ended and the user signs in again, sends it again.
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
async function signedIn(ask) {
  try {
    return await ask();
  } catch (problem) {
    if (problem.type !== SIGN_IN_REQUIRED || !(await signIn())) throw problem;
    return ask();
  }
}

/**
 * The response.
 * @param {string} path
 * @param {RequestInit} [init]
 * @throws {Problem} The service rejects the request or cannot be reached.
 */
async function request(path, init) {
  let response;
  try {
    response = await fetch(BASE + path, init);
  } catch {
    throw unreachable();
  }
  if (!response.ok) throw problemOf(await response.text(), response.headers.get("Retry-After"));
  return response;
}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export async function get(path) {
  return (await signedIn(() => request(path))).json();
}

// A file from the service.
/** @param {string} path */
export async function download(path) {
  return (await signedIn(() => request(path))).blob();
}

/**
 * Sends a change; returns the response's body, or null without one.
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 */
export function send(method, path, body) {
  return signedIn(() => sendOnce(method, path, body));
}

/**
 * Like `send`, but without signing in again: for users who are not signed in or are signing out.
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>}
 */
export async function sendOnce(method, path, body) {
  const content = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await request(path, { method, ...content });
  return response.status === 204 ? null : response.json();
}

/**
 * Sends a request again if the service is busy, after the time it gives in Retry-After.
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<T>}
 */
async function patiently(ask) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await signedIn(ask);
    } catch (problem) {
      if (!problem.retryAfter || attempt === RETRIES) throw problem;
      await new Promise((resolve) => setTimeout(resolve, problem.retryAfter * 1000));
    }
  }
}

/**
 * @param {File | string} scan A file, or the name of a sample.
 * @param {object} options Query parameters.
 * @param {Sending} sending
 * @returns {Promise<import("./types.js").Prediction>}
 * @throws {Problem | DOMException} Like `request`; an AbortError if the signal aborts.
 * @typedef {{ signal: AbortSignal, progress?: (share: number) => unknown }} Sending `progress` is called with the
 *   uploaded share.
 */
export function predict(scan, options, sending) {
  return patiently(() => post(scan, options, sending));
}

/**
 * The numbers of one scan for an evaluation.
 * @param {File} file
 * @param {object} options
 * @param {AbortSignal} signal
 */
export async function measure(file, options, signal) {
  const init = { method: "POST", body: formOf(file, "files"), signal };
  return (await patiently(() => request(`/evaluations/scans?${queryOf(options)}`, init))).json();
}

// The report on many scans, in a media type.
/** @type {(body: object, type: string) => Promise<Blob>} */
export async function evaluation(body, type) {
  const headers = { "Content-Type": "application/json", Accept: type };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  return (await patiently(() => request("/evaluations", init))).blob();
}

// The result as a PDF, with the file name that the service gives it.
/** @type {(scan: File | string, options: object) => Promise<{ blob: Blob, name: string }>} */
export async function report(scan, options) {
  const sample = typeof scan === "string";
  const query = queryOf(sample ? { ...options, sample: scan } : options);
  const init = { method: "POST", body: sample ? null : formOf(scan) };
  const response = await signedIn(() => request(`/reports?${query}`, init));
  const [, name] = response.headers.get("Content-Disposition").match(/filename="(.*)"/);
  return { blob: await response.blob(), name };
}

/** @param {object} options */
export const queryOf = (options) => new URLSearchParams(Object.entries(options).filter(([, value]) => value != null));

/** @param {File} file */
function formOf(file, field = "file") {
  const form = new FormData();
  // File names may identify the patient, so the name is not sent.
  form.append(field, file, "scan");
  return form;
}

/** @type {(scan: File | string, options: object, sending: Sending) => Promise<any>} */
async function post(scan, options, sending) {
  const sample = typeof scan === "string";
  const path = sample ? `/samples/${encodeURIComponent(scan)}/predictions` : "/predictions";
  return JSON.parse(await upload(`${path}?${queryOf(options)}`, sample ? null : formOf(scan), sending));
}

/**
 * @param {Blob} archive A ZIP archive of its files.
 * @param {object} options Query parameters.
 * @param {Sending & { report: (progress: import("./types.js").StudyProgress) => unknown }} sending `report` is called
 *   while the service reads the study.
 * @returns {Promise<import("./types.js").Study>}
 */
export function study(archive, options, { report, ...sending }) {
  return patiently(async () => {
    const form = new FormData();
    form.append("files", archive, "study");
    let read = 0;
    let result = null;
    /** @param {string} text */
    const arrived = (text) => {
      for (let end; (end = text.indexOf("\n\n", read)) !== -1; read = end + 2) {
        const [, name, data] = text.slice(read, end).match(/^event: (.*)\ndata: (.*)$/);
        if (name === "problem") throw problemOf(data, null);
        if (name === "result") result = JSON.parse(data);
        else report(JSON.parse(data));
      }
    };
    arrived(await upload(`/studies?${queryOf(options)}`, form, { ...sending, accept: "text/event-stream", arrived }));
    if (!result) throw unreachable();
    return result;
  });
}

/**
 * Sends files and returns the response's text.
 * @param {string} path
 * @param {FormData | null} form
 * @param {Sending & { accept?: string, arrived?: (text: string) => unknown }} sending `arrived` is called with the text
 *   so far.
 * @returns {Promise<string>}
 */
function upload(path, form, { signal, progress = () => {}, accept = "application/json", arrived = () => {} }) {
  // fetch does not report the progress of an upload.
  const upload = new XMLHttpRequest();
  upload.open("POST", BASE + path);
  upload.setRequestHeader("Accept", accept);
  upload.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
  return new Promise((resolve, reject) => {
    // While the service was busy, the user may have cancelled.
    signal.throwIfAborted();
    const abort = () => upload.abort();
    signal.addEventListener("abort", abort);
    upload.onloadend = () => signal.removeEventListener("abort", abort);
    upload.onabort = () => reject(signal.reason);
    upload.onerror = () => reject(unreachable());
    upload.onload = () => {
      if (upload.status === 200) resolve(upload.responseText);
      else reject(problemOf(upload.responseText, upload.getResponseHeader("Retry-After")));
    };
    upload.onprogress = () => {
      // A problem among the events is thrown when the response is complete.
      if (upload.status === 200 && !upload.responseText.includes("event: problem")) arrived(upload.responseText);
    };
    upload.send(form);
  });
}
