import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { longestWaitSeconds, tickSecondsOf } from "../../data/polling";
import type { Context } from "../context";
import type { Feed } from "../feeds/feed";
import { type DeadLetters, deadLetters } from "../functions/dead-letters";
import { LakeFunction } from "../functions/function";
import { calls, Schedule } from "../functions/schedule";
import type { Statement } from "../permissions";
import { readSecret, secretParameter, secretReference } from "../secrets";

export interface PollerArgs {
  /** The feed that the polled rows go to. */
  readonly feed: Feed;
}

/** Polls CoinGecko, or the sample market, into a feed's stream. */
export class Poller extends pulumi.ComponentResource {
  readonly function: LakeFunction;
  readonly deadLetters: DeadLetters | undefined;

  constructor(
    name: string,
    { feed }: PollerArgs,
    context: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:feeds:Poller", name, {}, options);
    const { config, names, key } = context;
    const { prices } = config;
    const { stream } = feed;
    const parent = { parent: this };
    const { pollSeconds } = prices;
    const tickSeconds = tickSecondsOf(pollSeconds);
    const waitSeconds = longestWaitSeconds(pollSeconds);
    // A row's event time is its poll's slot, so a poll is useless once the next one is due.
    const maximumAgeSeconds = Math.max(60, waitSeconds + pollSeconds - 60);

    const apiKey = prices.apiKey && createApiKey(prices.apiKey);
    const queue = deadLetters(name, context, parent);
    const poll = createFunction();
    limitRetries();
    createSchedule();
    this.function = poll;
    this.deadLetters = queue;
    this.registerOutputs({ function: poll.name });

    /** The function's environment holds the parameter's name, never the API key. */
    function createApiKey(value: pulumi.Output<string>) {
      return new aws.ssm.Parameter(
        `${name}-api-key`,
        {
          name: names.parameter("coingecko-api-key"),
          type: "SecureString",
          value: pulumi.secret(value),
          ...(key && { keyId: key }),
        },
        parent,
      );
    }

    function createFunction() {
      return new LakeFunction(
        name,
        {
          source: name,
          description: `One poll of the market into the ${feed.definition.name} stream`,
          memoryMegabytes: 256,
          timeoutSeconds: 60 + waitSeconds,
          environment: {
            STREAM_NAME: stream.name,
            LANES: String(stream.lanes),
            COINS: String(prices.coins),
            POLL_SECONDS: String(pollSeconds),
            TICK_SECONDS: String(tickSeconds),
            PRICE_SOURCE: prices.source,
            FALLBACK_SOURCE: prices.fallback,
            ...(prices.sampleUrl && { SAMPLE_URL: prices.sampleUrl }),
            ...(prices.requestsPerMinute && { REQUESTS_PER_MINUTE: String(prices.requestsPerMinute) }),
            ...(apiKey && { API_KEY_PARAMETER: apiKey.name }),
            ...(prices.apiKeySecret && { API_KEY_PARAMETER: secretReference(prices.apiKeySecret) }),
          },
          statements: [
            { sid: "PutRecords", actions: ["kinesis:PutRecords"], resources: [stream.arn] },
            ...(apiKey
              ? [{ sid: "ReadApiKey", actions: ["ssm:GetParameter"], resources: [apiKey.arn] }]
              : []),
            ...(prices.apiKeySecret ? readApiKeySecret(prices.apiKeySecret, context) : []),
          ],
          deadLetters: queue,
        },
        context,
        parent,
      );
    }

    function limitRetries() {
      new aws.lambda.FunctionEventInvokeConfig(
        `${name}-retries`,
        {
          functionName: poll.name,
          maximumEventAgeInSeconds: maximumAgeSeconds,
          maximumRetryAttempts: 1,
        },
        parent,
      );
    }

    function createSchedule() {
      new Schedule(
        name,
        {
          description: `Polls prices every ${pollSeconds % 60 === 0 ? `${pollSeconds / 60} minutes` : `${pollSeconds} seconds`}`,
          expression: everyMinutes(tickSeconds / 60),
          ...calls(poll, "InvokePoller"),
          deadLetters: queue,
          maximumAgeSeconds,
          // Firehose reads a stream from LATEST, the moment that its delivery stream becomes active.
          after: feed.deliveries.map((delivery) => delivery.stream),
        },
        context,
        parent,
      );
    }
  }
}

const readApiKeySecret = (secret: string, context: Context): Statement[] => [
  { sid: "ReadApiKey", actions: ["ssm:GetParameter"], resources: [secretParameter(secret, context)] },
  { sid: "ReadSecret", actions: ["secretsmanager:GetSecretValue"], resources: [readSecret(secret, context)] },
];

/** Cron, because a rate would count from the schedule's creation instead of aligning with the clock. */
const everyMinutes = (minutes: number): string =>
  minutes === 60 ? "cron(0 * * * ? *)" : `cron(0/${minutes} * * * ? *)`;
