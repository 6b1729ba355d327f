import type { ShardFilter } from "@aws-sdk/client-kinesis";
import { AwsError } from "../../../errors";
import { describeShard } from "../descriptions";
import { invalidArgument } from "../errors";
import { isOpen, type NamesStream, nameOf, type Shard, type Stream } from "../model";
import { type Make, pageOf } from "../operation";
import type { KinesisStore } from "../store";

const TOKEN_LIFE_MS = 300_000;

interface Token {
  readonly stream: string;
  readonly after: string;
  readonly filter?: ShardFilter | undefined;
  readonly issuedAt: number;
}

export const ListShards: Make<"ListShards"> = (store) => ({
  resources: (input) => [
    store.arn(input.NextToken === undefined ? nameOf(input) : decode(input.NextToken).stream),
  ],
  run: (input) => {
    const from = input.NextToken === undefined ? undefined : resume(store, input.NextToken, input);
    const stream = store.stream(from?.stream ?? nameOf(input));
    const filter = from ? from.filter : input.ShardFilter;
    const after = from?.after ?? input.ExclusiveStartShardId ?? "";
    const { items, more } = pageOf(
      stream.shards.filter((shard) => shard.id > after && passes(store, stream, filter, shard)),
      input.MaxResults ?? 1000,
    );
    const issuedAt = store.cloud.clock.now();
    return {
      Shards: items.map(describeShard),
      ...(more && {
        NextToken: encode({ stream: stream.name, after: items.at(-1)?.id ?? "", filter, issuedAt }),
      }),
    };
  },
});

function resume(store: KinesisStore, text: string, input: NamesStream): Token {
  if (input.StreamName !== undefined || input.StreamARN !== undefined)
    throw invalidArgument("NextToken and StreamName cannot be provided together.");
  const token = decode(text);
  if (store.cloud.clock.now() - token.issuedAt > TOKEN_LIFE_MS)
    throw new AwsError("ExpiredNextTokenException", "The specified NextToken has expired.");
  return token;
}

function passes(store: KinesisStore, stream: Stream, filter: ShardFilter | undefined, shard: Shard): boolean {
  const horizon = store.horizon(stream);
  const closedAt = shard.closedAt ?? Number.POSITIVE_INFINITY;
  const time = () => {
    if (!filter?.Timestamp)
      throw invalidArgument(`Timestamp must be provided for the shard filter ${filter?.Type}.`);
    return Math.max(filter.Timestamp.getTime(), horizon);
  };
  const during = (at: number) => shard.openedAt <= at && closedAt >= at;
  const tests: Record<NonNullable<ShardFilter["Type"]>, () => boolean> = {
    AFTER_SHARD_ID: () => {
      if (filter?.ShardId === undefined)
        throw invalidArgument("ShardId must be provided for AFTER_SHARD_ID.");
      return shard.id > filter.ShardId;
    },
    AT_TRIM_HORIZON: () => during(Math.max(horizon, stream.createdAt.getTime())),
    FROM_TRIM_HORIZON: () => closedAt >= horizon,
    AT_LATEST: () => isOpen(shard),
    AT_TIMESTAMP: () => during(time()),
    FROM_TIMESTAMP: () => closedAt >= time(),
  };
  return tests[filter?.Type ?? "FROM_TRIM_HORIZON"]();
}

const encode = (token: Token): string => Buffer.from(JSON.stringify(token)).toString("base64");

function decode(text: string): Token {
  try {
    const token = JSON.parse(Buffer.from(text, "base64").toString()) as Token;
    const { filter } = token;
    return filter?.Timestamp
      ? { ...token, filter: { ...filter, Timestamp: new Date(filter.Timestamp) } }
      : token;
  } catch {
    throw invalidArgument("The specified NextToken is invalid.");
  }
}
