/** Value of a checkpoint whose shard was read to its end. */
export const SHARD_END = "SHARD_END";

/** Who reads a shard, and how far it has been read. One item of the group's table. */
export interface Lease {
  readonly shardId: string;
  readonly parents: readonly string[];
  /** The process that holds it; undefined when nobody does. */
  readonly worker: string | undefined;
  /** Increases each time the lease is taken. A write with an old term is refused. */
  readonly term: number;
  /** Increases with each renewal. A lease whose count stands still belongs to a dead process. */
  readonly renewals: number;
  /** A {@link Checkpoint} of what the sink has acknowledged, or SHARD_END; undefined before the first. */
  readonly checkpoint: string | undefined;
  /** The process that the holder is asked to hand the lease to. */
  readonly wanted: string | undefined;
}

export const isEnded = ({ checkpoint }: Lease): boolean => checkpoint === SHARD_END;

/** The leases that may be read: those not ended whose parents are. A parent without a lease has expired. */
export function readable(leases: readonly Lease[]): Lease[] {
  const open = new Set(leases.filter((lease) => !isEnded(lease)).map(({ shardId }) => shardId));
  return leases.filter((lease) => !isEnded(lease) && !lease.parents.some((parent) => open.has(parent)));
}
