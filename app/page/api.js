// The service's JSON endpoints, and its errors as sentences.

const BASE = "/api/v1";
const RETRIES = 5;

// What a person can do about each kind of error; the service's own words say what was wrong.
const ADVICE = {
  "urn:problem:unreadable-image": "Choose another file, or save this one again as PNG or JPEG.",
  "urn:problem:unsupported-format": "Export the slice as PNG or JPEG and choose that.",
  "urn:problem:too-large": "Choose a smaller picture: a single slice, at its original size.",
  "urn:problem:malformed-request": "Load this page again and try once more.",
  "urn:problem:method-not-allowed": "Load this page again and try once more.",
  "urn:problem:upload-timeout": "Try again on a faster connection, or choose a smaller file.",
  "urn:problem:not-acceptable": "Load this page again and try once more.",
  "urn:problem:invalid-parameters": "Load this page again and try once more.",
  "urn:problem:not-found": "Load this page again: what it asked for is not there any more.",
  "urn:problem:model-not-ready": "Wait a few seconds and try again.",
  "urn:problem:queue-full": "Others are being served. Wait a few seconds and try again.",
  "urn:problem:storage-full": "Tell whoever runs this server, or choose a smaller file.",
  "urn:problem:internal-error": "Try again; if it stays, tell whoever runs this server.",
};

export class Problem extends Error {
  constructor(title, detail, advice, retryAfter = 0) {
    super(detail);
    this.title = title;
    this.advice = advice;
    this.retryAfter = retryAfter;
  }
}

function unreachable() {
  return new Problem("The service cannot be reached", "No answer came back.", "Check the connection and try again.");
}

function problemOf(text, retryAfter) {
  try {
    const body = JSON.parse(text);
    return new Problem(body.title, body.detail, ADVICE[body.type] ?? "", Number(retryAfter) || 0);
  } catch {
    return new Problem("The service failed", "Its answer cannot be understood.", "Try again in a while.");
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
  return (await request(path)).json();
}

// A scan is a File, or the name of a sample. `progress` is told the share of the upload that is done.
export async function predict(scan, options = {}, progress = () => {}) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await post(scan, options, progress);
    } catch (problem) {
      if (!problem.retryAfter || attempt === RETRIES) throw problem;
      await new Promise((resolve) => setTimeout(resolve, problem.retryAfter * 1000));
    }
  }
}

// The same answer as a document to keep: a PDF, as a Blob.
export async function report(scan, options) {
  const sample = typeof scan === "string";
  const query = queryOf(sample ? { ...options, sample: scan } : options);
  const response = await request(`/reports?${query}`, { method: "POST", body: sample ? null : formOf(scan) });
  return response.blob();
}

const queryOf = (options) => new URLSearchParams(Object.entries(options).filter(([, value]) => value != null));

function formOf(file) {
  const form = new FormData();
  // The name is the patient's business: the service needs none.
  form.append("file", file, "scan");
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
