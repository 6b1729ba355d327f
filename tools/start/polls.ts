/** Names of the price sources, for people. */
export interface Sources {
  readonly price: string;
  readonly fallback: string;
}

interface Entry {
  readonly message?: string;
  readonly reason?: string;
  readonly origin?: string;
}

const LONGEST_REASON = 160;

/** What the poller's log says about its price sources. */
export class Polls {
  /** Why a source did not answer, by its name. */
  readonly #reasons = new Map<string, string>();
  #since: number | undefined;
  #failed = 0;
  #servedByFallback = false;

  constructor(
    private readonly now: () => number,
    private readonly sources: Sources,
    /** Instant of the next poll. */
    private readonly nextPoll: () => number,
  ) {}

  logged(line: string): void {
    const { message, reason, origin } = parsed(line);
    if (message === "price source" || message === "polling the fallback source")
      this.#unanswered(this.sources.price, reason);
    else if (message === "fallback source") this.#unanswered(this.sources.fallback, reason);
    else if (message === "poll failed") {
      if (this.#reasons.size === 0) this.#unanswered("poll", reason);
      this.#failed++;
      this.#servedByFallback = false;
    } else if (message === "polled") this.#polled(origin === "fallback");
  }

  #unanswered(source: string, reason = "no reason given"): void {
    this.#since ??= this.now();
    this.#reasons.set(source, printable(reason.replace(/^TryAgain: /, "")));
  }

  #polled(byFallback: boolean): void {
    this.#failed = 0;
    this.#servedByFallback = byFallback;
    if (byFallback) this.#reasons.delete(this.sources.fallback);
    else {
      this.#reasons.clear();
      this.#since = undefined;
    }
  }

  /** Whether no source answers at present. */
  get failing(): boolean {
    return this.#since !== undefined && !this.#servedByFallback;
  }

  /** Which source fails, since when, why, and what happens next; undefined while all is well. */
  line(): string | undefined {
    if (this.#since === undefined) return undefined;
    const since = `since ${timeOf(this.#since)}`;
    const reasons = [...this.#reasons].map(([source, reason]) => `${source}: ${reason}`).join("; ");
    if (this.#servedByFallback)
      return `${this.sources.price} does not answer ${since}, ${this.sources.fallback} serves the polls (${reasons})`;
    return this.#failed > 0
      ? `polls fail ${since} (${this.#failed} failed): ${reasons}; the next poll is at ${timeOf(this.nextPoll())}`
      : `no source answers ${since}: ${reasons}; the poll tries again within seconds`;
  }
}

const timeOf = (instant: number): string => `${new Date(instant).toISOString().slice(11, 19)} UTC`;

export const printable = (text: string): string =>
  text.replaceAll(/[^\x20-\x7e]/g, " ").slice(0, LONGEST_REASON);

function parsed(line: string): Entry {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return {};
  }
}
