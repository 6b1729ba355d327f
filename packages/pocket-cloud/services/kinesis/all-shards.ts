import type { Shard } from "@aws-sdk/client-kinesis";
import type { Caller } from "../../caller";
import type { CloudContext } from "../../service";

/** Lists all shards of a stream, for services that read it. */
export async function allShards(cloud: CloudContext, StreamARN: string, caller: Caller): Promise<Shard[]> {
  const shards: Shard[] = [];
  for (let NextToken: string | undefined; ; ) {
    const input = NextToken === undefined ? { StreamARN } : { NextToken };
    const page = await cloud.call("kinesis", "ListShards", input, caller);
    shards.push(...(page.Shards ?? []));
    NextToken = page.NextToken;
    if (NextToken === undefined) return shards;
  }
}
