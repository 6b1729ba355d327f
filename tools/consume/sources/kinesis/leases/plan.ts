import { type Lease, readable } from "./lease";

export interface Plan {
  /** Leases to take, best first. */
  readonly take: readonly Lease[];
  /** A lease to ask its holder for. */
  readonly request: Lease | undefined;
}

/**
 * What a process does about the leases so that all shards are read and each process has its share. `expired` tells whether
 * the holder of a lease is dead; `unwanted` leases out shards that this process does not take.
 */
export function planFor(
  me: string,
  leases: readonly Lease[],
  expired: (lease: Lease) => boolean,
  unwanted: (lease: Lease) => boolean = () => false,
): Plan {
  const open = readable(leases);
  const held = new Map<string, Lease[]>([[me, []]]);
  const free: Lease[] = [];
  for (const lease of open) {
    if (lease.worker === undefined || expired(lease)) free.push(lease);
    else held.set(lease.worker, [...(held.get(lease.worker) ?? []), lease]);
  }
  const mine = held.get(me)?.length ?? 0;
  const share = Math.ceil(open.length / held.size);
  const take = free.filter((lease) => !unwanted(lease)).slice(0, Math.max(0, share - mine));
  const asked = open.some(({ wanted }) => wanted === me);
  const [busiest = []] = [...held.values()].sort((a, b) => b.length - a.length);
  // A difference of one is balanced: moving a lease would only swap it.
  const request =
    free.length === 0 && !asked && busiest.length - mine >= 2
      ? busiest.find(({ wanted }) => wanted === undefined)
      : undefined;
  return { take, request };
}

/**
 * Tells which processes are dead, by this process's own clock: those whose lease was not renewed for a time. No clocks of
 * different machines are compared.
 */
export class Heartbeats {
  readonly #seen = new Map<string, { readonly mark: string; readonly since: number; renewed: boolean }>();

  constructor(
    private readonly silenceMillis: number,
    private readonly now: () => number,
  ) {}

  observe(leases: readonly Lease[]): void {
    for (const { shardId, term, renewals } of leases) {
      const mark = `${term}/${renewals}`;
      const seen = this.#seen.get(shardId);
      if (seen?.mark !== mark)
        this.#seen.set(shardId, { mark, since: this.now(), renewed: seen !== undefined });
    }
  }

  expired({ shardId }: Lease): boolean {
    const seen = this.#seen.get(shardId);
    return seen !== undefined && this.now() - seen.since >= this.silenceMillis;
  }

  /** Whether the lease was renewed since this process began to observe it: its holder lives. */
  renewed(lease: Lease): boolean {
    return !this.expired(lease) && (this.#seen.get(lease.shardId)?.renewed ?? false);
  }
}
