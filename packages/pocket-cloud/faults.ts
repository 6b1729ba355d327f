/** Injects a fault into calls of an operation. Of several rules, the first that applies is used. */
export interface FaultRule {
  /** Such as "s3", or "*". */
  readonly service: string;
  /** Such as "PutObject", or "*". */
  readonly operation: string;
  readonly fault: Fault;
  /** Share of the calls that get the fault, from 0 to 1; 1 by default. */
  readonly rate?: number;
  /** The number of calls that get the fault; unlimited by default. */
  readonly times?: number;
}

export type Fault =
  | { readonly kind: "error"; readonly code: string; readonly status: number; readonly message?: string }
  /** Runs the operation, then drops the connection instead of answering. */
  | { readonly kind: "lost-ack" }
  /** Drops the connection before the operation runs. */
  | { readonly kind: "drop" }
  | { readonly kind: "delay"; readonly millis: number }
  /** Fails this share of the entries of a PutRecords call. */
  | { readonly kind: "partial"; readonly share: number; readonly code: string }
  /** Ends a function's process before or after its handler runs. */
  | { readonly kind: "crash"; readonly after: boolean };

/** The rules in force, with a seeded random number generator: the same seed hits the same calls. */
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

  get rules(): readonly FaultRule[] {
    return this.#rules.map(({ rule }) => rule);
  }

  /** The rules with the number of calls that each still hits; undefined when unlimited. */
  get status(): readonly { readonly rule: FaultRule; readonly left: number | undefined }[] {
    return this.#rules.map(({ rule, left }) => ({ rule, left: Number.isFinite(left) ? left : undefined }));
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

  /** mulberry32. */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}

const matches = (pattern: string, value: string): boolean => pattern === "*" || pattern === value;
