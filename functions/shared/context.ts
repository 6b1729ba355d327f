/** What the functions use of Lambda's context. */
export interface Context {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly getRemainingTimeInMillis: () => number;
}

/** Time kept back for reporting the outcome. */
const MARGIN_MS = 1500;

/**
 * Aborts before the function's own time is up, so that no attempt that Lambda has given up on still writes.
 * Elapsed time, not the wall clock, decides.
 */
export function deadline(context: Context, marginMs = MARGIN_MS): AbortSignal {
  return AbortSignal.timeout(Math.max(1, Math.floor(context.getRemainingTimeInMillis() - marginMs)));
}
