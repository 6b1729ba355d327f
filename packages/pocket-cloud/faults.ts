/** Injected failures. A rule's `when` is asked at each call of its operation; the first that answers is used. */
export interface FaultRule {
  /** "s3", or "*". */
  readonly service: string;
  /** "PutObject", or "*". */
  readonly operation: string;
  readonly fault: Fault;
  /** Share of calls it hits, 0 to 1; default 1. */
  readonly rate?: number;
  /** How often it strikes before it is spent; default without end. */
  readonly times?: number;
}

export type Fault =
  | { readonly kind: "error"; readonly code: string; readonly status: number; readonly message?: string }
  /** The operation is carried out, and its answer lost: the connection drops. */
  | { readonly kind: "lost-ack" }
  /** The connection drops before anything happens. */
  | { readonly kind: "drop" }
  | { readonly kind: "delay"; readonly millis: number }
  /** This share of a PutRecords call's entries fails. */
  | { readonly kind: "partial"; readonly share: number; readonly code: string }
  /** A function's process dies, before or after its handler ran. */
  | { readonly kind: "crash"; readonly after: boolean };

/** Seeded, so that a failure replays. */
export class Faults {
  #rules: { rule: FaultRule; left: number }[] = [];
  #state: number;

  constructor(seed = 1) {
    this.#state = seed >>> 0;
  }

  set(rules: readonly FaultRule[], seed?: number): void {
    this.#rules = rules.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
    if (seed !== undefined) this.#state = seed >>> 0;
  }

  /** The rules in force. */
  get rules(): readonly FaultRule[] {
    return this.#rules.map(({ rule }) => rule);
  }

  next(service: string, operation: string): Fault | undefined {
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (entry.left <= 0 || !matches(rule.service, service) || !matches(rule.operation, operation)) continue;
      if (this.random() >= (rule.rate ?? 1)) continue;
      entry.left--;
      return rule.fault;
    }
    return undefined;
  }

  /** mulberry32: small, fast, the same on every machine. */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}

const matches = (pattern: string, value: string): boolean => pattern === "*" || pattern === value;
