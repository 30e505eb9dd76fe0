import createClient, { type Client } from "openapi-fetch";
import { ProblemError, type ProblemBody, TimeoutError, UnreachableError } from "./errors.js";
import { eventsOf } from "./events.js";
import type { components, operations, paths } from "./schema.js";

type Schemas = components["schemas"];
export type Prediction = Schemas["PredictionResponse"];
export type BatchResult = Schemas["BatchResponse"];
export type ClassInfo = Schemas["ClassInfo"];
export type ModelList = Schemas["ModelList"];
export type EvaluationReport = operations["get_model_report"]["responses"][200]["content"]["application/json"];
export type SampleInfo = Schemas["SampleInfo"];
export type Study = Schemas["StudyResponse"];
export type TumorClass = Schemas["TumorClass"];

type Query<Operation extends keyof operations> = NonNullable<operations[Operation]["parameters"]["query"]>;
/** The model, how to return the heat-map, what it shows (`method`, `target`), whether Gemini writes the explanation. */
export type PredictionOptions = Query<"create_prediction">;
export type ReportOptions = Omit<Query<"create_report">, "sample"> & { format?: "pdf" | "html" };

/** The model, and whether the result contains pictures of each series. */
export type StudyOptions = Query<"create_study">;

/** How far the service is with a study: with the headers of its files, then with its slices. */
export interface StudyProgress {
  doing: "headers" | "slices";
  done: number;
  total: number;
}

/** A file, or the name of one of the service's sample images. */
export type Scan = Blob | { sample: string };

export interface ClientOptions {
  /** Address of the service, for example `https://mri.example.org`. */
  baseUrl: string;
  /**
   * Time limit of a call in milliseconds, upload included; of a study, between two reports of progress.
   * Default: 60,000.
   */
  timeoutMs?: number;
  /** Headers sent with every request. */
  headers?: Record<string, string>;
}

export interface CallOptions {
  /** Cancels the call, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface StudyCallOptions extends CallOptions {
  /** Called while the service reads the study, at most five times a second. What it throws ends the call. */
  onProgress?: (progress: StudyProgress) => void;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const MEDIA_TYPES = { pdf: "application/pdf", html: "text/html" } as const;

/** Client of the service. Calls reject with a `ServiceError`; if the service reports a problem, with a `ProblemError`. */
export class BrainTumorClient {
  readonly #http: Client<paths>;
  readonly #timeoutMs: number;

  constructor({ baseUrl, timeoutMs = DEFAULT_TIMEOUT_MS, headers = {} }: ClientOptions) {
    this.#http = createClient<paths>({ baseUrl: baseUrl.replace(/\/+$/, ""), headers });
    this.#timeoutMs = timeoutMs;
  }

  /** Classify one scan. */
  predict(scan: Scan, options: PredictionOptions = {}, call: CallOptions = {}): Promise<Prediction> {
    return this.#call(call, (signal) =>
      scan instanceof Blob
        ? this.#http.POST("/api/v1/predictions", {
            params: { query: options },
            body: { file: scan },
            bodySerializer: () => formOf("file", [scan]),
            signal,
          })
        : this.#http.POST("/api/v1/samples/{name}/predictions", {
            params: { path: { name: scan.sample }, query: options },
            signal,
          }),
    );
  }

  /** Classify several files. The results have the order of the files; each is a prediction or a problem. */
  predictBatch(scans: readonly Blob[], options: PredictionOptions = {}, call: CallOptions = {}): Promise<BatchResult> {
    return this.#call(call, (signal) =>
      this.#http.POST("/api/v1/predictions/batch", {
        params: { query: options },
        body: { files: [...scans] },
        bodySerializer: ({ files }) => formOf("files", files),
        signal,
      }),
    );
  }

  /**
   * Classify a study: DICOM objects or NIfTI volumes of one examination of one patient, or ZIP archives of them. The
   * names within an archive are sent. A signal that aborts ends the work in the service too.
   */
  study(
    files: readonly Blob[],
    options: StudyOptions = {},
    { signal: callers, onProgress = () => {} }: StudyCallOptions = {},
  ): Promise<Study> {
    const failed = new AbortController();
    const call = { signal: callers ? AbortSignal.any([callers, failed.signal]) : failed.signal };
    return this.#call<Study>(call, async (signal, proceed) => {
      const { data, error, response } = await this.#http.POST("/api/v1/studies", {
        params: { query: options },
        headers: { Accept: "text/event-stream" },
        body: { files: [...files] },
        bodySerializer: () => formOf("files", files, String),
        parseAs: "stream",
        signal,
      });
      if (!data) return { error, response };
      for await (const event of eventsOf(data, signal)) {
        proceed();
        if (event.name === "result") return { data: event.data as Study, response };
        if (event.name === "problem") return { error: event.data, response };
        try {
          onProgress(event.data as StudyProgress);
        } catch (thrown) {
          failed.abort(thrown);
          throw thrown;
        }
      }
      throw new Error("The response ended before the result.");
    });
  }

  /** The report of a prediction, as PDF or HTML. */
  report(scan: Scan, { format = "pdf", ...options }: ReportOptions = {}, call: CallOptions = {}): Promise<Blob> {
    const file = scan instanceof Blob ? scan : undefined;
    return this.#call(call, (signal) =>
      this.#http.POST("/api/v1/reports", {
        params: { query: scan instanceof Blob ? options : { ...options, sample: scan.sample } },
        headers: { Accept: MEDIA_TYPES[format] },
        ...(file && { body: { file }, bodySerializer: () => formOf("file", [file]) }),
        parseAs: "blob",
        signal,
      }),
    );
  }

  /** The four classes, in the order of the probabilities. */
  async classes(call: CallOptions = {}): Promise<ClassInfo[]> {
    return (await this.#call(call, (signal) => this.#http.GET("/api/v1/classes", { signal }))).classes;
  }

  /** The models, each with a summary of its evaluation. */
  models(call: CallOptions = {}): Promise<ModelList> {
    return this.#call(call, (signal) => this.#http.GET("/api/v1/models", { signal }));
  }

  /** The full evaluation report of a model. */
  modelReport(name: string, call: CallOptions = {}): Promise<EvaluationReport> {
    return this.#call(call, (signal) =>
      this.#http.GET("/api/v1/models/{name}/report", { params: { path: { name } }, signal }),
    );
  }

  /** The sample images. */
  async samples(call: CallOptions = {}): Promise<SampleInfo[]> {
    return (await this.#call(call, (signal) => this.#http.GET("/api/v1/samples", { signal }))).samples;
  }

  /** The file of a sample image. */
  sample(name: string, call: CallOptions = {}): Promise<Blob> {
    return this.#call(call, (signal) =>
      this.#http.GET("/api/v1/samples/{name}", { params: { path: { name } }, parseAs: "blob", signal }),
    );
  }

  /** Whether the service can classify now. */
  async ready(call: CallOptions = {}): Promise<boolean> {
    try {
      await this.#call(call, (signal) => this.#http.GET("/health/ready", { signal }));
      return true;
    } catch (error) {
      if (error instanceof ProblemError) return false;
      throw error;
    }
  }

  /** Send a request. `proceed`, which `send` may call, makes the time limit start again. */
  async #call<Data>(
    { signal: callers }: CallOptions,
    send: (signal: AbortSignal, proceed: () => void) => Promise<{ data?: Data; error?: unknown; response: Response }>,
  ): Promise<Data> {
    const late = new AbortController();
    const start = () => setTimeout(() => late.abort(), this.#timeoutMs);
    let timer = start();
    const proceed = () => {
      clearTimeout(timer);
      timer = start();
    };
    const signal = callers ? AbortSignal.any([callers, late.signal]) : late.signal;
    // fetch may drop its signal while it reads a body: what it registers there can be garbage-collected.
    let stop = () => {};
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason);
      signal.addEventListener("abort", stop);
    });
    let result;
    try {
      result = await Promise.race([send(signal, proceed), aborted]);
    } catch (cause) {
      callers?.throwIfAborted();
      if (late.signal.aborted) throw new TimeoutError(`No response within ${this.#timeoutMs} ms.`, { cause });
      throw new UnreachableError("The service cannot be reached.", { cause });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
    const { data, error, response } = result;
    if (response.ok && data !== undefined) return data;
    if (isProblem(error)) throw new ProblemError(error, secondsOf(response.headers.get("Retry-After")));
    throw new UnreachableError(`The response with status ${response.status} is not from the service.`);
  }
}

/** A form with files. File names can contain patient names, so others are sent. */
function formOf(field: string, files: readonly Blob[], nameOf: (index: number) => string = () => "scan"): FormData {
  const form = new FormData();
  for (const [index, file] of files.entries()) form.append(field, file, nameOf(index));
  return form;
}

function isProblem(error: unknown): error is ProblemBody {
  return typeof error === "object" && error !== null && "type" in error && "detail" in error && "status" in error;
}

function secondsOf(header: string | null): number | undefined {
  const seconds = Number(header);
  return header && Number.isFinite(seconds) ? seconds : undefined;
}
