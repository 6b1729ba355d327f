/** Refills on the cloud's clock, up to one second's worth. */
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

  /** May leave a debt, which later refills pay first. */
  spend(tokens: number): void {
    this.#tokens -= tokens;
  }
}

/** What one shard takes and gives: 1 MiB/s and 1,000 records/s in, 2 MiB/s and 5 calls/s out. */
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

  /** A record above a second's worth (they may have 10 MiB) passes when the second is whole, and leaves a debt. */
  write(bytes: number, now: number): boolean {
    const room = this.#bytesIn.available(now);
    if (room < Math.min(bytes, this.#bytesIn.perSecond) || this.#recordsIn.available(now) < 1) return false;
    this.#bytesIn.spend(bytes);
    this.#recordsIn.spend(1);
    return true;
  }

  read(now: number): boolean {
    if (this.#bytesOut.available(now) <= 0 || this.#reads.available(now) < 1) return false;
    this.#reads.spend(1);
    return true;
  }

  /** One answer may be up to 10 MiB; the shard then gives nothing until that is paid for. */
  gave(bytes: number): void {
    this.#bytesOut.spend(bytes);
  }
}
