import type { components } from "./schema.js";

export type ProblemBody = components["schemas"]["ProblemBody"];

/** Base class of all errors of a call, except cancellation by the caller. */
export class ServiceError extends Error {
  override name = "ServiceError";
}

/** The service reported a problem (RFC 9457). `message` explains what is wrong and what is accepted. */
export class ProblemError extends ServiceError {
  override name = "ProblemError";

  constructor(
    readonly problem: ProblemBody,
    /** Seconds to wait before a retry, if the service gives them. */
    readonly retryAfter: number | undefined,
  ) {
    super(problem.detail);
  }

  /** Stable identifier of the problem type, `urn:problem:…`. */
  get type(): string {
    return this.problem.type;
  }

  /** HTTP status. */
  get status(): number {
    return this.problem.status;
  }
}

/** The service did not respond within the time limit. */
export class TimeoutError extends ServiceError {
  override name = "TimeoutError";
}

/** The service cannot be reached, or the response is not from the service. */
export class UnreachableError extends ServiceError {
  override name = "UnreachableError";
}
