import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  BrainTumorClient,
  ProblemError,
  ServiceError,
  type StudyProgress,
  TimeoutError,
  UnreachableError,
} from "../src/index.js";
import { freePort, startService, zipOfSlices } from "./service.js";

const MENINGIOMA = "Te-me_0016.jpg";
const SAMPLES = new URL("../../../../sample_images/", import.meta.url);

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

let service: Awaited<ReturnType<typeof startService>>;
let client: BrainTumorClient;
let scan: Blob;

before(async () => {
  service = await startService();
  client = new BrainTumorClient({ baseUrl: `${service.url}/` });
  scan = new Blob([await readFile(new URL(MENINGIOMA, SAMPLES))]);
});
after(() => service.stop());

describe("predict", () => {
  it("gives the same probabilities for a file and for the sample image", async () => {
    const [uploaded, sampled] = await Promise.all([client.predict(scan), client.predict({ sample: MENINGIOMA })]);
    assert.equal(uploaded.prediction?.class, "meningioma");
    assert.deepEqual(sampled.probabilities, uploaded.probabilities);
    const total = uploaded.probabilities.reduce((sum, { probability }) => sum + probability, 0);
    assert.ok(Math.abs(total - 1) < 1e-6);
    assert.match(uploaded.heatmap?.overlay ?? "", /^data:image\/png;base64,/);
  });

  it("accepts options", async () => {
    const answer = await client.predict(scan, { model: "cnn", target: "glioma" });
    assert.equal(answer.model.name, "cnn");
    assert.equal(answer.heatmap?.target, "glioma");
    assert.equal((await client.predict(scan, { heatmap: false })).heatmap, null);
  });

  it("returns the results of a batch in order, with problems", async () => {
    const { succeeded, failed, results } = await client.predictBatch([scan, new Blob(["no image"])]);
    assert.deepEqual([succeeded, failed], [1, 1]);
    assert.equal(results[0]?.prediction?.prediction?.class, "meningioma");
    assert.equal(results[1]?.problem?.type, "urn:problem:unreadable-image");
  });
});

describe("study", () => {
  const SLICES = 4;
  let study: Blob;
  before(async () => {
    study = await zipOfSlices(SLICES);
  });

  it("reports progress and gives the result", async () => {
    const steps: StudyProgress[] = [];
    const { conclusion, series } = await client.study([study], { pictures: true }, { onProgress: (step) => steps.push(step) });
    assert.equal(conclusion.prediction?.class, "meningioma");
    assert.equal(series[0]?.slices.length, SLICES);
    assert.match(series[0]?.pictures?.montage.image ?? "", /^data:image\/png;base64,/);
    assert.deepEqual(steps[0], { doing: "headers", done: 1, total: SLICES });
  });

  it("is cancelled by a signal, and by an error in the caller's function", async () => {
    const stop = new AbortController();
    const cancel = () => stop.abort(new Error("cancelled"));
    await assert.rejects(client.study([study], {}, { onProgress: cancel, signal: stop.signal }), { message: "cancelled" });
    const fail = () => {
      throw new Error("mine");
    };
    await assert.rejects(client.study([study], {}, { onProgress: fail }), { message: "mine" });
  });

  it("rejects with the service's problem", async () => {
    // @ts-expect-error: the description lists the models
    await assert.rejects(client.study([study], { model: "none" }), { name: "ProblemError", status: 404 });
  });

  it("has its time limit between two events, and needs a result", async (test) => {
    const progress = 'event: progress\ndata: {"doing":"slices","done":1,"total":9}\n\n';
    const problem = { type: "urn:problem:too-large", title: "", status: 413, detail: "", instance: "", request_id: "" };
    const ends = {
      result: 'event: result\ndata: {"series":[]}\n\n',
      problem: `event: problem\ndata: ${JSON.stringify(problem)}\n\n`,
      nothing: "",
    };
    const limit = 800;
    let end = "";
    let pause = 0;
    const slow = createServer(async (_, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      for (let sent = 0; sent < 4; sent += 1) {
        response.write(progress);
        await new Promise((resolve) => setTimeout(resolve, pause / 4));
        if (pause > limit) collectGarbage();
        await new Promise((resolve) => setTimeout(resolve, (3 * pause) / 4));
      }
      response.end(end);
    });
    test.after(() => {
      slow.closeAllConnections();
      slow.close();
    });
    const port = await freePort();
    slow.listen(port, "127.0.0.1");
    const there = new BrainTumorClient({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: limit });
    [end, pause] = [ends.result, limit / 2];
    assert.deepEqual(await there.study([study]), { series: [] });
    [end, pause] = [ends.result, 2 * limit];
    await assert.rejects(there.study([study]), TimeoutError);
    [end, pause] = [ends.problem, 0];
    await assert.rejects(there.study([study]), { name: "ProblemError", status: 413 });
    [end, pause] = [ends.nothing, 0];
    await assert.rejects(there.study([study]), UnreachableError);
  });
});

describe("report", () => {
  it("returns PDF by default", async () => {
    const report = await client.report(scan, { paper: "letter" });
    assert.equal(report.type, "application/pdf");
    assert.equal(await report.slice(0, 5).text(), "%PDF-");
  });

  it("returns HTML on request", async () => {
    const report = await client.report({ sample: MENINGIOMA }, { format: "html" });
    assert.match(await report.text(), /^<!doctype html>/);
  });
});

describe("classes, models and samples", () => {
  it("are listed", async () => {
    assert.deepEqual(
      (await client.classes()).map(({ id }) => id),
      ["glioma", "meningioma", "notumor", "pituitary"],
    );
    const { default: preferred, models } = await client.models();
    assert.ok(models.some(({ name }) => name === preferred));
    assert.ok((await client.modelReport(preferred)).test.images > 0);
    const samples = await client.samples();
    assert.ok(samples.some(({ name }) => name === MENINGIOMA));
    assert.equal((await client.sample(MENINGIOMA)).size, scan.size);
  });
});

describe("errors", () => {
  it("reported by the service are ProblemErrors", async () => {
    await assert.rejects(client.predict(new Blob(["no image"])), (error: unknown) => {
      assert.ok(error instanceof ProblemError && error instanceof ServiceError);
      assert.equal(error.status, 400);
      assert.equal(error.type, "urn:problem:unreadable-image");
      assert.equal(error.message, error.problem.detail);
      assert.ok(error.problem.request_id);
      return true;
    });
    await assert.rejects(client.predict({ sample: "../none" }), { name: "ProblemError", status: 404 });
    // @ts-expect-error: the description lists the models
    await assert.rejects(client.predict(scan, { model: "none" }), { name: "ProblemError", status: 404 });
    await assert.rejects(client.report(new Blob([])), { name: "ProblemError", status: 400 });
    await assert.rejects(client.predictBatch([scan, scan, scan, scan]), { name: "ProblemError", status: 413 });
    // @ts-expect-error: no such class
    await assert.rejects(client.predict(scan, { target: "metastasis" }), { name: "ProblemError", status: 422 });
  });

  it("include the time to wait before a retry", async () => {
    const body = { type: "urn:problem:queue-full", title: "", status: 503, detail: "", instance: "", request_id: "" };
    const busy = createServer((_, response) => {
      response.writeHead(503, { "Content-Type": "application/problem+json", "Retry-After": "7" });
      response.end(JSON.stringify(body));
    });
    const port = await freePort();
    busy.listen(port, "127.0.0.1");
    const there = new BrainTumorClient({ baseUrl: `http://127.0.0.1:${port}` });
    await assert.rejects(there.models(), { name: "ProblemError", retryAfter: 7 });
    assert.equal(await there.ready(), false);
    busy.close();
  });

  it("distinguish time-out, unreachable service, foreign response and cancellation", async () => {
    const hasty = new BrainTumorClient({ baseUrl: service.url, timeoutMs: 1 });
    await assert.rejects(hasty.predict(scan), TimeoutError);

    const port = await freePort();
    const nowhere = new BrainTumorClient({ baseUrl: `http://127.0.0.1:${port}` });
    await assert.rejects(nowhere.models(), UnreachableError);

    const other = createServer((_, response) => response.writeHead(502).end("<h1>Bad gateway</h1>"));
    other.listen(port, "127.0.0.1");
    await assert.rejects(nowhere.models(), UnreachableError);
    other.close();

    const signal = AbortSignal.abort(new Error("cancelled"));
    await assert.rejects(client.predict(scan, {}, { signal }), { message: "cancelled" });
  });
});

describe("the example's route handler", () => {
  const send = async (file?: Blob): Promise<Response> => {
    process.env.MRI_SERVICE_URL = service.url;
    const { POST } = await import("../examples/route.js");
    const body = new FormData();
    if (file) body.append("file", file);
    return POST(new Request("http://front.end/api/predictions", { method: "POST", body }));
  };

  it("returns predictions", async () => {
    const response = await send(scan);
    assert.equal(response.status, 200);
    assert.equal((await response.json()).prediction.class, "meningioma");
  });

  it("returns problems", async () => {
    const response = await send(new Blob(["no image"]));
    assert.equal(response.status, 400);
    assert.equal((await response.json()).type, "urn:problem:unreadable-image");
    assert.equal((await send()).status, 400);
  });
});
