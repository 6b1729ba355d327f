import type { ServerResponse } from "node:http";
import type { MarketRow } from "./rows";

/**
 * A fault of the sample market, for tests. It applies to `times` requests of `path`; forever without `times`.
 */
export interface MarketFault {
  readonly kind: MarketFaultKind;
  /** Path prefix; all requests without it. */
  readonly path?: string;
  readonly times?: number;
  /** Number of requests to answer normally first. */
  readonly after?: number;
  /** Coins affected by a row fault; all without it. */
  readonly coins?: readonly string[];
  /** For rate-limit, in seconds. */
  readonly retryAfter?: number;
  /** For frozen: the reported last update. */
  readonly since?: number;
}

export type MarketFaultKind = keyof typeof answers | keyof typeof strikes;

/** Faults that replace the whole answer. */
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
  forbidden: (response: ServerResponse) => {
    response
      .writeHead(403, { "content-type": "text/html" })
      .end("<html><title>Attention Required!</title></html>");
  },
  "unavailable-for-legal-reasons": (response: ServerResponse) => {
    response.writeHead(451, { "content-type": "application/json" }).end('{"error":"Unavailable"}');
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

/** Faults that change rows of a good answer. */
const strikes = {
  "null-price": (row: MarketRow): MarketRow[] => [{ ...row, current_price: null }],
  "negative-price": (row: MarketRow): MarketRow[] => [{ ...row, current_price: -1 }],
  frozen: (row: MarketRow, fault: MarketFault): MarketRow[] => [
    { ...row, last_updated: new Date(fault.since ?? 0).toISOString() },
  ],
  missing: (): MarketRow[] => [],
} as const;

/** The active faults. */
export class MarketFaults {
  #active: { fault: MarketFault; left: number; toSkip: number }[] = [];

  constructor(faults: readonly MarketFault[] = []) {
    this.set(faults);
  }

  set(faults: readonly MarketFault[]): void {
    this.#active = faults.map((fault) => ({
      fault,
      left: fault.times ?? Number.POSITIVE_INFINITY,
      toSkip: fault.after ?? 0,
    }));
  }

  /** The faults that apply to this request. Each counts as used once. */
  take(path: string): MarketFault[] {
    const struck = this.#active.filter(
      (active) => active.left > 0 && path.startsWith(active.fault.path ?? "") && active.toSkip-- <= 0,
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

/** Answers with the first fault of a whole answer; returns whether there was one. */
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
