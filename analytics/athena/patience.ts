import { StandardRetryStrategy } from "@smithy/core/retry";

const attempts = 6;

/** Backs off while AWS throttles; what took too long is not asked again, for it would take as long again. */
export class Patience extends StandardRetryStrategy {
  constructor() {
    super(attempts);
  }

  override refreshRetryTokenForRetry(
    ...[token, problem]: Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>
  ): ReturnType<StandardRetryStrategy["refreshRetryTokenForRetry"]> {
    return isTimeout(problem.error)
      ? Promise.reject(new Error("not asked again"))
      : super.refreshRetryTokenForRetry(token, problem);
  }
}

/** The SDK gives the name to connections that were cut as well, which are worth another try; those have a code. */
const isTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === "TimeoutError" &&
  (!("code" in error) || error.code === undefined || error.code === "ETIMEDOUT");
