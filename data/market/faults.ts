import type { ServerResponse } from "node:http";
import type { MarketRow } from "./rows";

/** How the market misbehaves, on request. Each counts down `times` (for ever without) over requests of `path`. */
export interface MarketFault {
  readonly kind: MarketFaultKind;
  /** Requests whose path starts so; all without it. */
  readonly path?: string;
  readonly times?: number;
  /** So many requests are answered well first. */
  readonly after?: number;
  /** Coins that a fault of rows strikes; all without it. */
  readonly coins?: readonly string[];
  /** For rate-limit, in seconds. */
  readonly retryAfter?: number;
  /** For frozen: when the coins were last updated. */
  readonly since?: number;
}

export type MarketFaultKind = keyof typeof answers | keyof typeof strikes;

/** Faults of a whole answer. They get the answer that would have been. */
const answers = {
  "rate-limit": (response: ServerResponse, _body: Buffer, fault: MarketFault) => {
    response.writeHead(429, {
      "content-type": "application/json",
      "retry-after": String(fault.retryAfter ?? 1),
    });
    response.end(
      JSON.stringify({ status: { error_code: 429, error_message: "You've exceeded the Rate Limit." } }),
    );
  },
  error: (response: ServerResponse) => {
    response.writeHead(500, { "content-type": "application/json" }).end('{"error":"Internal Server Error"}');
  },
  html: (response: ServerResponse) => {
    response
      .writeHead(200, { "content-type": "text/html" })
      .end("<html><body><h1>Just a moment...</h1></body></html>");
  },
  truncated: (response: ServerResponse, body: Buffer) => {
    response.writeHead(200, { "content-type": "application/json" }).end(body.subarray(0, body.length / 2));
  },
  redirect: (response: ServerResponse) => {
    response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data/" }).end();
  },
  hang: () => {},
} as const;

/** Faults of rows of an otherwise good answer. */
const strikes = {
  "null-price": (row: MarketRow): MarketRow[] => [{ ...row, current_price: null }],
  "negative-price": (row: MarketRow): MarketRow[] => [{ ...row, current_price: -1 }],
  frozen: (row: MarketRow, fault: MarketFault): MarketRow[] => [
    { ...row, last_updated: new Date(fault.since ?? 0).toISOString() },
  ],
  missing: (): MarketRow[] => [],
} as const;

/** The faults in force. */
export class MarketFaults {
  #active: { fault: MarketFault; left: number; spared: number }[] = [];

  constructor(faults: readonly MarketFault[] = []) {
    this.set(faults);
  }

  set(faults: readonly MarketFault[]): void {
    this.#active = faults.map((fault) => ({
      fault,
      left: fault.times ?? Number.POSITIVE_INFINITY,
      spared: fault.after ?? 0,
    }));
  }

  /** The faults that strike this request; each is used up by one. */
  take(path: string): MarketFault[] {
    const struck = this.#active.filter(
      (active) => active.left > 0 && path.startsWith(active.fault.path ?? "") && active.spared-- <= 0,
    );
    for (const active of struck) active.left--;
    return struck.map(({ fault }) => fault);
  }
}

export const strikeRows = (rows: readonly MarketRow[], faults: readonly MarketFault[]): MarketRow[] =>
  faults.reduce<MarketRow[]>(
    (all, fault) => {
      if (!(fault.kind in strikes)) return all;
      const strike = strikes[fault.kind as keyof typeof strikes];
      return all.flatMap((row) =>
        !fault.coins || fault.coins.includes(row.id) ? strike(row, fault) : [row],
      );
    },
    [...rows],
  );

/** Answers in the fault's way; says whether one did. */
export function answerWrongly(
  response: ServerResponse,
  body: Buffer,
  faults: readonly MarketFault[],
): boolean {
  const fault = faults.find(({ kind }) => kind in answers);
  if (!fault) return false;
  answers[fault.kind as keyof typeof answers](response, body, fault);
  return true;
}
