/** An object that is written only when it is unchanged: `etag` undefined means that it must not exist. */
export interface LeaseStore {
  read(): Promise<{ readonly text: string; readonly etag: string } | undefined>;
  /** Returns the new etag; undefined when another writer was first. */
  write(text: string, etag: string | undefined): Promise<string | undefined>;
}

interface Content {
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export class LeaseHeld extends Error {
  override readonly name = "LeaseHeld";
}

export interface LeaseOptions {
  /** Names this compaction in the lease. */
  readonly owner: string;
  /** Whether an owner no longer runs, so that its lease does not have to expire. */
  readonly isDead?: (owner: string) => boolean;
  readonly now: () => number;
  readonly leaseMilliseconds?: number;
}

/** A lease outlasts a statement, which begins a minute after its last renewal at most. */
const LEASE_MS = 10 * 60_000;
/** The part of a lease after which it is renewed. Until then no other compaction can take it. */
const RENEWED_AFTER = 0.1;

/** Does work while no other compaction or import works on the feed. */
export async function withLease<T>(
  store: LeaseStore,
  { owner, isDead, now, leaseMilliseconds = LEASE_MS }: LeaseOptions,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const lease = await Lease.take(store, owner, leaseMilliseconds, now, isDead);
  try {
    return await work(lease);
  } finally {
    await lease.release().catch((error: unknown) => {
      if (!(error instanceof LeaseHeld)) throw error;
    });
  }
}

/**
 * Lets one compaction work on a feed at a time. The holder renews the lease while it works. After a crash it expires.
 * It prevents needless work and a switch to an older run; the switch itself is safe without it.
 */
export class Lease {
  #etag: string | undefined;
  /** The time of the last renewal that succeeded. */
  #renewed = Number.NEGATIVE_INFINITY;
  /** Writes wait for the one before, because each names the etag that it replaces. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly store: LeaseStore,
    private readonly owner: string,
    private readonly milliseconds: number,
    private readonly now: () => number,
  ) {}

  /** Throws {@link LeaseHeld} while another compaction holds it. `isDead` knows owners that no longer run. */
  static async take(
    store: LeaseStore,
    owner: string,
    milliseconds: number,
    now: () => number = Date.now,
    isDead: (owner: string) => boolean = () => false,
  ): Promise<Lease> {
    const lease = new Lease(store, owner, milliseconds, now);
    const found = await store.read();
    const content = found && parse(found.text);
    if (content && content.until > now() && !isDead(content.owner))
      throw new LeaseHeld(
        `another compaction (${content.owner}) holds the lease until ${new Date(content.until).toISOString()}`,
      );
    lease.#etag = found?.etag;
    await lease.renew();
    return lease;
  }

  /** Throws {@link LeaseHeld} when another compaction has taken it over. */
  async renew(): Promise<void> {
    const now = this.now();
    this.#renewed = Number.NEGATIVE_INFINITY;
    await this.#write(now + this.milliseconds);
    this.#renewed = now;
  }

  /** Renews it unless it was renewed a short time ago. */
  async keep(): Promise<void> {
    const age = this.now() - this.#renewed;
    if (age < 0 || age >= RENEWED_AFTER * this.milliseconds) await this.renew();
  }

  async release(): Promise<void> {
    await this.#write(0);
  }

  #write(until: number): Promise<void> {
    const written = this.#last.then(() => this.#replace(until));
    this.#last = written.catch(() => undefined);
    return written;
  }

  async #replace(until: number): Promise<void> {
    const content: Content = { owner: this.owner, until };
    const text = JSON.stringify(content);
    const etag = (await this.store.write(text, this.#etag)) ?? (await this.#writtenBefore(text));
    if (etag === undefined) throw new LeaseHeld("another compaction has taken the lease");
    this.#etag = etag;
  }

  /** The write may have succeeded and its answer been lost; then the SDK's second try was refused. */
  async #writtenBefore(text: string): Promise<string | undefined> {
    const found = await this.store.read();
    return found?.text === text ? found.etag : undefined;
  }
}

/** An unreadable lease counts as expired. */
function parse(text: string): Content | undefined {
  try {
    const { owner, until } = JSON.parse(text) as Content;
    return typeof until === "number" ? { owner: String(owner), until } : undefined;
  } catch {
    return undefined;
  }
}
