/** Refills on the cloud's clock, up to the amount of one second. */
export class TokenBucket {
  #tokens: number;
  #at: number;

  constructor(
    readonly perSecond: number,
    now: number,
  ) {
    this.#tokens = perSecond;
    this.#at = now;
  }

  available(now: number): number {
    this.#tokens = Math.min(
      this.perSecond,
      this.#tokens + (Math.max(0, now - this.#at) / 1000) * this.perSecond,
    );
    this.#at = now;
    return this.#tokens;
  }

  /** The balance may become negative; later refills restore it first. */
  spend(tokens: number): void {
    this.#tokens -= tokens;
  }
}

/** Throughput limits of one shard: 1 MiB/s and 1,000 records/s written, 2 MiB/s and 5 calls/s read. */
export class ShardLimits {
  readonly #bytesIn: TokenBucket;
  readonly #recordsIn: TokenBucket;
  readonly #bytesOut: TokenBucket;
  readonly #reads: TokenBucket;

  constructor(now: number) {
    this.#bytesIn = new TokenBucket(1024 * 1024, now);
    this.#recordsIn = new TokenBucket(1000, now);
    this.#bytesOut = new TokenBucket(2 * 1024 * 1024, now);
    this.#reads = new TokenBucket(5, now);
  }

  /** A record larger than 1 MiB (up to 10 MiB is possible) needs the full balance, which then becomes negative. */
  admitWrite(bytes: number, now: number): boolean {
    const needed = Math.min(bytes, this.#bytesIn.perSecond);
    if (this.#bytesIn.available(now) < needed || this.#recordsIn.available(now) < 1) return false;
    this.#bytesIn.spend(bytes);
    this.#recordsIn.spend(1);
    return true;
  }

  admitRead(now: number): boolean {
    if (this.#bytesOut.available(now) <= 0 || this.#reads.available(now) < 1) return false;
    this.#reads.spend(1);
    return true;
  }

  /** A response of up to 10 MiB makes the balance negative; reads fail until refills restore it. */
  spendRead(bytes: number): void {
    this.#bytesOut.spend(bytes);
  }
}
