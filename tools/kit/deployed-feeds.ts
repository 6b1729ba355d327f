import {
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-kinesis";
import { type FeedDefinition, feeds } from "../../data/feeds";
import { names } from "../../data/names";

export interface DeployedFeed {
  readonly feed: FeedDefinition;
  readonly openShards: number;
}

/** The feeds an environment has: those with a stream. */
export async function deployedFeeds(kinesis: KinesisClient, env: string): Promise<DeployedFeed[]> {
  const found: DeployedFeed[] = [];
  for (const feed of Object.values(feeds)) {
    try {
      const { StreamDescriptionSummary } = await kinesis.send(
        new DescribeStreamSummaryCommand({ StreamName: names(env).stream(feed.name) }),
      );
      found.push({ feed, openShards: StreamDescriptionSummary?.OpenShardCount ?? 1 });
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  }
  return found;
}
