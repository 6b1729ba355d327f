import { join, resolve } from "node:path";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { type Market, startMarket } from "../../../data/market";
import { names } from "../../../data/names";
import { type Cloud, startCloud } from "../../../packages/pocket-cloud";
import { deployProgram } from "../../../packages/pulumi-local";
import { type Clients, clientsFor } from "../../../tools/kit/clients";
import { HOURS } from "./plan";

export const ENV = "local";
export const name = names(ENV);
const COINS = 25;

/** An injected fault, reported when a seed fails. */
export interface Strike {
  readonly at: number;
  readonly what: string;
}

/** The whole pipeline, deployed once; seeds play one after another on its clock. */
export interface World {
  readonly cloud: Cloud;
  readonly market: Market;
  readonly clients: Clients;
  readonly lambda: LambdaClient;
  readonly bucket: string;
  readonly failures: string;
  readonly queueUrl: string;
  readonly strikes: Strike[];
  /** JSON lines the functions logged. */
  readonly logged: Readonly<Record<string, unknown>>[];
  /** Failed invocations by function. */
  readonly failed: Map<string, number>;
  readonly troubles: string[];
  /** Alerts and quarantine objects of seeds played before. */
  readonly known: Set<string>;
  /** Coins put directly into Firehose. */
  readonly direct: Set<string>;
  stop(): Promise<void>;
}

/** Each seed has hours of its own, so that it plays the same market alone or among others. */
export const startOf = (seed: number): number => Date.UTC(2026, 0, 1) + seed * HOURS * 3_600_000;

export interface WorldOptions {
  readonly feeds?: readonly string[];
  readonly simulateFrom?: number;
}

export async function startWorld(
  dir: string,
  firstSeed: number,
  { feeds = ["crypto"], simulateFrom = startOf(firstSeed) - 60_000 }: WorldOptions = {},
): Promise<World> {
  const troubles: string[] = [];
  const cloud = await startCloud({
    dir,
    clock: { simulateFrom },
    log: (line) => void troubles.push(line),
  });
  const market = await startMarket({ now: () => cloud.clock.now(), coins: COINS });
  const connection = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials };
  const clients = clientsFor(connection);
  const lambda = new LambdaClient(connection);
  const stop = async () => {
    clients.close();
    lambda.destroy();
    await market.stop();
    await cloud.stop();
  };
  try {
    const { outputs } = await deployProgram({
      ...connection,
      dir: resolve(__dirname, "../../.."),
      stack: ENV,
      statePath: join(dir, "stack.json"),
      config: {
        "pricelake:sampleMarketUrl": market.url,
        "pricelake:coins": String(COINS),
        "pricelake:feeds": JSON.stringify(feeds),
        "pricelake:directFeeds": JSON.stringify(feeds.length === 1 ? feeds : ["stocks"]),
      },
    });
    const world = {
      cloud,
      market,
      clients,
      lambda,
      bucket: String(outputs.lakeBucket),
      failures: String(outputs.failuresBucket),
      queueUrl: await hearAlerts(cloud, String(outputs.alertsTopic)),
      strikes: [],
      logged: [],
      failed: new Map<string, number>(),
      troubles,
      known: new Set<string>(),
      direct: new Set<string>(),
      stop,
    };
    watch(world);
    return world;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A queue that gets what people would get. */
async function hearAlerts({ call, administrator }: Cloud, TopicArn: string): Promise<string> {
  const { QueueUrl = "" } = await call("sqs", "CreateQueue", { QueueName: "heard" }, administrator);
  const { Attributes } = await call(
    "sqs",
    "GetQueueAttributes",
    { QueueUrl, AttributeNames: ["QueueArn"] },
    administrator,
  );
  const arn = Attributes?.QueueArn ?? "";
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: arn,
        Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
      },
    ],
  });
  await call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy } }, administrator);
  await call(
    "sns",
    "Subscribe",
    { TopicArn, Protocol: "sqs", Endpoint: arn, Attributes: { RawMessageDelivery: "true" } },
    administrator,
  );
  return QueueUrl;
}

function watch({ cloud, logged, strikes, failed }: World): void {
  const next = cloud.faults.next.bind(cloud.faults);
  cloud.faults.next = (service, operation) => {
    const fault = next(service, operation);
    if (fault)
      strikes.push({ at: cloud.clock.now(), what: `${service} ${operation} ${JSON.stringify(fault)}` });
    return fault;
  };
  cloud.bus.on("logs:events", ({ events }) => {
    for (const { message } of events)
      if (message.startsWith("{")) logged.push(JSON.parse(message) as Record<string, unknown>);
  });
  cloud.bus.on("metrics:values", ({ namespace, dimensions, values: { Errors = 0 } }) => {
    const of = dimensions.FunctionName ?? "";
    if (namespace === "AWS/Lambda" && Errors > 0) failed.set(of, (failed.get(of) ?? 0) + 1);
  });
}
