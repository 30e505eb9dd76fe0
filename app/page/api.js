// The service's JSON endpoints, and its errors as sentences.

const BASE = "/api/v1";
const RETRIES = 5;

// What a person can do about each kind of error; the service's own words say what was wrong.
const ADVICE = {
  "urn:problem:unreadable-image": "Choose another file, or save this one again as PNG or JPEG.",
  "urn:problem:not-a-brain-mri": "Choose one slice of a brain MRI, without frame or text.",
  "urn:problem:unsupported-format": "Export the slice as PNG or JPEG and choose that.",
  "urn:problem:too-large": "Choose a smaller picture: a single slice, at its original size.",
  "urn:problem:malformed-request": "Load this page again and try once more.",
  "urn:problem:method-not-allowed": "Load this page again and try once more.",
  "urn:problem:upload-timeout": "Try again on a faster connection, or choose a smaller file.",
  "urn:problem:not-acceptable": "Load this page again and try once more.",
  "urn:problem:invalid-parameters": "Check what you typed; if nothing is wrong with it, load this page again.",
  "urn:problem:not-found": "Load this page again: what it asked for is not there any more.",
  "urn:problem:sign-in-required": "Sign in, and try again.",
  "urn:problem:wrong-credentials": "Check what you typed, and try again.",
  "urn:problem:conflict": "Load this page again to see how things are.",
  "urn:problem:link-spent": "Ask whoever sent it for a new one.",
  "urn:problem:too-many-attempts": "Wait, and try again.",
  "urn:problem:forbidden": "Ask an administrator of this server.",
  "urn:problem:cross-site-request": "Load this page again and try once more.",
  "urn:problem:database-unavailable": "Try again in a while; if it stays, tell whoever runs this server.",
  "urn:problem:model-not-ready": "Wait a few seconds and try again.",
  "urn:problem:queue-full": "Others are being served. Wait a few seconds and try again.",
  "urn:problem:too-many-requests": "Wait, and try again.",
  "urn:problem:storage-unavailable": "Try again in a while; if it stays, tell whoever runs this server.",
  "urn:problem:storage-full": "Tell whoever runs this server, or choose a smaller file.",
  "urn:problem:internal-error": "Try again; if it stays, tell whoever runs this server.",
};

export const SIGN_IN_REQUIRED = "urn:problem:sign-in-required";
export const WRONG_CREDENTIALS = "urn:problem:wrong-credentials";

export class Problem extends Error {
  constructor(title, detail, advice, { type = "", errors = [], retryAfter = 0 } = {}) {
    super(detail);
    this.title = title;
    this.advice = advice;
    this.type = type;
    // Each fault, with its place in the request.
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

function unreachable() {
  return new Problem("The service cannot be reached", "No answer came back.", "Check the connection and try again.");
}

function problemOf(text, retryAfter) {
  try {
    const { type, title, detail, errors } = JSON.parse(text);
    return new Problem(title, detail, ADVICE[type] ?? "", { type, errors, retryAfter: Number(retryAfter) || 0 });
  } catch {
    return new Problem("The service failed", "Its answer cannot be understood.", "Try again in a while.");
  }
}

// How a person signs in again whose session has ended; gives whether that was done. Set where there are accounts.
let signIn = async () => false;

export function whenSessionEnds(ask) {
  signIn = ask;
}

// What is asked for once more if the session had ended, and the person has signed in again.
async function signedIn(ask) {
  try {
    return await ask();
  } catch (problem) {
    if (problem.type !== SIGN_IN_REQUIRED || !(await signIn())) throw problem;
    return ask();
  }
}

// The service's answer; a problem of its own, or its absence, is thrown.
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

export async function get(path) {
  return (await signedIn(() => request(path))).json();
}

// A file that the service makes, as a Blob.
export async function download(path) {
  return (await signedIn(() => request(path))).blob();
}

// Asks for a change; gives the answer, or null where there is none.
export function send(method, path, body) {
  return signedIn(() => sendOnce(method, path, body));
}

// The same for those who are not signed in, or are about to sign out.
export async function sendOnce(method, path, body) {
  const content = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await request(path, { method, ...content });
  return response.status === 204 ? null : response.json();
}

// Asks again where the service is busy, once it says that it makes sense.
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

// A scan is a File, or the name of a sample. `progress` is told the share of the upload that is done.
export function predict(scan, options = {}, progress = () => {}) {
  return patiently(() => post(scan, options, progress));
}

// What an evaluation needs to know of one scan, a File.
export async function measure(file, options, signal) {
  const init = { method: "POST", body: formOf(file, "files"), signal };
  return (await patiently(() => request(`/evaluations/scans?${queryOf(options)}`, init))).json();
}

// The report on many scans, as a Blob of the media type.
export async function evaluation(body, type) {
  const headers = { "Content-Type": "application/json", Accept: type };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  return (await patiently(() => request("/evaluations", init))).blob();
}

// The same answer as a document to keep: a PDF, as a Blob.
export async function report(scan, options) {
  const sample = typeof scan === "string";
  const query = queryOf(sample ? { ...options, sample: scan } : options);
  const init = { method: "POST", body: sample ? null : formOf(scan) };
  return (await signedIn(() => request(`/reports?${query}`, init))).blob();
}

export const queryOf = (options) => new URLSearchParams(Object.entries(options).filter(([, value]) => value != null));

function formOf(file, field = "file") {
  const form = new FormData();
  // The name is the patient's business: the service needs none.
  form.append(field, file, "scan");
  return form;
}

function post(scan, options, progress) {
  const sample = typeof scan === "string";
  const path = sample ? `/samples/${encodeURIComponent(scan)}/predictions` : "/predictions";
  // fetch cannot tell how much of an upload is done.
  const upload = new XMLHttpRequest();
  upload.open("POST", `${BASE}${path}?${queryOf(options)}`);
  upload.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
  return new Promise((resolve, reject) => {
    upload.onerror = () => reject(unreachable());
    upload.onload = () => {
      if (upload.status === 200) resolve(JSON.parse(upload.responseText));
      else reject(problemOf(upload.responseText, upload.getResponseHeader("Retry-After")));
    };
    upload.send(sample ? null : formOf(scan));
  });
}
