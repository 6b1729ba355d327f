import { Badge, Panel } from "../kit/page";
import { Table } from "../kit/table";

export interface Shard {
  readonly ShardId?: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly HashKeyRange?: { readonly StartingHashKey?: string; readonly EndingHashKey?: string };
  readonly SequenceNumberRange?: {
    readonly StartingSequenceNumber?: string;
    readonly EndingSequenceNumber?: string;
  };
}

const ALL_KEYS = 2n ** 128n;

/** Start and width of a range of hash keys, as shares of all keys. */
function shareOf({ HashKeyRange }: Shard): { readonly start: number; readonly width: number } {
  const [from, to] = [BigInt(HashKeyRange?.StartingHashKey ?? 0), BigInt(HashKeyRange?.EndingHashKey ?? 0)];
  const share = (keys: bigint): number => Number((keys * 1_000_000n) / ALL_KEYS) / 1_000_000;
  return { start: share(from), width: share(to - from + 1n) };
}

const isOpen = ({ SequenceNumberRange }: Shard): boolean =>
  SequenceNumberRange?.EndingSequenceNumber === undefined;

/** The shards with their ranges of hash keys, and which shards they came from. */
export const ShardRanges = ({ shards }: { shards: readonly Shard[] }) => (
  <Panel class="flush">
    <Table
      label="shards"
      rows={shards}
      keyOf={({ ShardId = "" }) => ShardId}
      textOf={({ ShardId = "" }) => ShardId}
      columns={[
        { name: "Shard", of: ({ ShardId }) => <code>{ShardId}</code>, sort: ({ ShardId }) => ShardId },
        {
          name: "State",
          of: (shard) => (
            <Badge text={isOpen(shard) ? "open" : "closed"} tone={isOpen(shard) ? "good" : "quiet"} />
          ),
        },
        {
          name: "Hash keys",
          of: (shard) => {
            const { start, width } = shareOf(shard);
            return (
              <span
                class="range"
                title={`${shard.HashKeyRange?.StartingHashKey} to ${shard.HashKeyRange?.EndingHashKey}`}
              >
                <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                  <rect class="back" width="100" height="8" rx="2" />
                  <rect x={start * 100} width={Math.max(0.5, width * 100)} height="8" rx="1" />
                </svg>
                {(width * 100).toFixed(width < 0.1 ? 1 : 0)} %
              </span>
            );
          },
          sort: (shard) => shareOf(shard).start,
        },
        {
          name: "Parents",
          of: ({ ParentShardId, AdjacentParentShardId }) =>
            [ParentShardId, AdjacentParentShardId].filter(Boolean).join(", ") || "–",
        },
        {
          name: "First sequence number",
          of: ({ SequenceNumberRange }) => <code>{SequenceNumberRange?.StartingSequenceNumber}</code>,
        },
      ]}
    />
  </Panel>
);
