import { Failure, messageOf } from "../../kit/errors";
import { ConnectionLost, KeyRefused, QuotaExceeded } from "../source";

export interface Request {
  readonly url: URL;
  readonly token?: string | undefined;
  readonly signal: AbortSignal;
  /** What to do about a refused or missing key. */
  readonly keyHint: string;
}

/** GET. Failures become the errors that the runner knows: network, key, quota, or one that no retry mends. */
export async function get({ url, token, signal, keyHint }: Request): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      signal,
      // A redirect would drop the token; the message names the place.
      redirect: "manual",
      headers: {
        accept: "application/json, text/event-stream",
        "user-agent": "pricelake",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new ConnectionLost(`cannot reach ${url.host}: ${reasonOf(error)}`);
  }
  if (response.ok) return response;
  const said = await saidBy(response);
  const answer = `${url.host} answered ${response.status}${said && `: ${said}`}`;
  if (response.status === 401 || response.status === 403) throw new KeyRefused(`${answer}; ${keyHint}`);
  if (response.status === 429) throw new QuotaExceeded(answer, resetOf(response, said));
  if (response.status >= 500) throw new ConnectionLost(answer);
  const location = response.headers.get("location");
  throw new Failure(location === null ? answer : `${answer}, redirected to ${location}: name that host`);
}

/** The network's reason, such as "ECONNREFUSED". fetch hides it in the cause. */
export function reasonOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  return typeof cause === "object" && cause !== null && "code" in cause
    ? String(cause.code)
    : messageOf(cause);
}

const LONGEST_SAID = 300;

/** The error in an answer's body: X has title and detail, Mastodon error. */
async function saidBy(response: Response): Promise<string> {
  const body = await response.text().catch(() => "");
  try {
    const { title, detail, error, errors } = JSON.parse(body) as Record<string, unknown>;
    const first = Array.isArray(errors) ? (errors[0] as { message?: unknown })?.message : undefined;
    const parts = [title, detail, error, first].filter((part) => typeof part === "string");
    return parts.join(": ").slice(0, LONGEST_SAID);
  } catch {
    return "";
  }
}

/**
 * When the quota resets: X gives seconds since 1970, Mastodon an ISO time, others Retry-After in seconds. The monthly cap
 * of X (UsageCapExceeded) does not reset with the window of the header.
 */
function resetOf({ headers }: Response, said: string): number | undefined {
  if (said.startsWith("UsageCapExceeded")) return undefined;
  const reset = headers.get("x-rate-limit-reset") ?? headers.get("x-ratelimit-reset");
  if (reset !== null) {
    const instant = /^\d+$/.test(reset) ? Number(reset) * 1000 : Date.parse(reset);
    if (Number.isFinite(instant)) return instant;
  }
  const after = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(after) ? Date.now() + 1000 * after : undefined;
}
