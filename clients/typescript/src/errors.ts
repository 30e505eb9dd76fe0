import type { components } from "./schema.js";

export type ProblemBody = components["schemas"]["ProblemBody"];

/** Base of everything that a call rejects with, but for a caller's own abort. */
export class ServiceError extends Error {
  override name = "ServiceError";
}

/** The service answered with a problem (RFC 9457). `message` says what was wrong and what is accepted. */
export class ProblemError extends ServiceError {
  override name = "ProblemError";

  constructor(
    readonly problem: ProblemBody,
    /** Seconds after which trying again makes sense, where the service says so. */
    readonly retryAfter: number | undefined,
  ) {
    super(problem.detail);
  }

  /** Stable identifier of the kind of error, `urn:problem:…`. */
  get type(): string {
    return this.problem.type;
  }

  /** HTTP status. */
  get status(): number {
    return this.problem.status;
  }
}

/** No answer came within the time allowed. */
export class TimeoutError extends ServiceError {
  override name = "TimeoutError";
}

/** The service cannot be reached, or what answered is not the service. */
export class UnreachableError extends ServiceError {
  override name = "UnreachableError";
}
