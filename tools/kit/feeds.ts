import {
  DescribeStreamSummaryCommand,
  type KinesisClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-kinesis";
import { type FeedDefinition, feeds } from "../../data/feeds";
import { names } from "../../data/names";
import { lanesFor } from "../../data/records/pack";
import { parsed } from "./options";

export interface DeployedFeed {
  readonly feed: FeedDefinition;
  readonly stream: string;
  /** Ordered lanes that producers of the stream use. */
  readonly lanes: number;
}

/** The feeds of an environment: those whose stream exists. */
export async function deployedFeeds(kinesis: KinesisClient, env: string): Promise<DeployedFeed[]> {
  const found: DeployedFeed[] = [];
  for (const feed of Object.values(feeds)) {
    const stream = names(env).stream(feed.name);
    try {
      found.push({ feed, stream, lanes: await lanesOf(kinesis, stream) });
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  }
  return found;
}

/** Ordered lanes that producers of a stream use; a multiple of its open shards. */
export async function lanesOf(kinesis: KinesisClient, StreamName: string): Promise<number> {
  const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
  return lanesFor(StreamDescriptionSummary?.OpenShardCount ?? 1);
}

/** The feed that a stream or delivery stream of any environment carries; undefined for other streams. */
export function feedOfStream(stream: string): FeedDefinition | undefined {
  const env = environmentOfStream(stream);
  if (env === undefined) return undefined;
  const name = names(env);
  return Object.values(feeds).find((feed) =>
    [name.stream(feed.name), name.deliveryStream(feed.name), name.directDeliveryStream(feed.name)].includes(
      stream,
    ),
  );
}

/** "dev" of pricelake-dev-crypto; undefined for other streams. */
export const environmentOfStream = (stream: string): string | undefined =>
  /^pricelake-([^-]+)-/.exec(stream)?.[1];

/** The --feed option. */
export const feedOption = (description: string) =>
  parsed(
    "NAME",
    description,
    (name) => (Object.hasOwn(feeds, name) ? feeds[name] : undefined),
    Object.keys(feeds),
  );
