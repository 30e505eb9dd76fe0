// The service's JSON endpoints, and its errors as sentences.

const BASE = "/api/v1";
const RETRIES = 5;

// What a person can do about each kind of error; the service's own words say what was wrong.
const ADVICE = {
  "urn:problem:unreadable-image": "Choose another file, or save this one again as PNG or JPEG.",
  "urn:problem:unsupported-format": "Export the slice as PNG or JPEG and choose that.",
  "urn:problem:too-large": "Choose a smaller picture: a single slice, at its original size.",
  "urn:problem:malformed-request": "Load this page again and try once more.",
  "urn:problem:upload-timeout": "Try again on a faster connection, or choose a smaller file.",
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

export async function get(path) {
  let response;
  try {
    response = await fetch(BASE + path);
  } catch {
    throw unreachable();
  }
  const text = await response.text();
  if (!response.ok) throw problemOf(text, response.headers.get("Retry-After"));
  return JSON.parse(text);
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

function post(scan, options, progress) {
  const sample = typeof scan === "string";
  const path = sample ? `/samples/${encodeURIComponent(scan)}/predictions` : "/predictions";
  const query = new URLSearchParams(Object.entries(options).filter(([, value]) => value != null));
  // fetch cannot tell how much of an upload is done.
  const request = new XMLHttpRequest();
  request.open("POST", `${BASE}${path}?${query}`);
  request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
  return new Promise((resolve, reject) => {
    request.onerror = () => reject(unreachable());
    request.onload = () => {
      if (request.status === 200) resolve(JSON.parse(request.responseText));
      else reject(problemOf(request.responseText, request.getResponseHeader("Retry-After")));
    };
    if (sample) {
      request.send();
    } else {
      const form = new FormData();
      // The name is the patient's business: the service needs none.
      form.append("file", scan, "scan");
      request.send(form);
    }
  });
}
