import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deadLetterName, deadLetterQueue } from "./dead-letters";
import type { FeedStream } from "./feed-stream";
import { LakeFunction } from "./function";
import { Schedule } from "./schedule";
import type { Setting } from "./setting";

export interface PollerArgs {
  readonly stream: FeedStream;
}

/** Polls CoinGecko (or the sample market) into the crypto stream, at times that line up with the clock. */
export class Poller extends pulumi.ComponentResource {
  readonly function: LakeFunction;
  /** Name of the queue, where there are queues. */
  readonly deadLetters: string | undefined;

  constructor(
    name: string,
    { stream }: PollerArgs,
    setting: Setting,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:feeds:Poller", name, {}, options);
    const { prices } = setting.config;
    const key = prices.apiKey && apiKeyParameter(name, prices.apiKey, setting, this);
    const deadLetters = deadLetterQueue(name, setting, this);
    this.function = new LakeFunction(
      name,
      {
        source: name,
        description: "One poll of the market into the crypto stream",
        memoryMegabytes: 256,
        timeoutSeconds: 60,
        environment: {
          STREAM_NAME: stream.name,
          LANES: String(stream.lanes),
          COINS: String(prices.coins),
          PRICE_SOURCE: prices.source,
          ...(prices.sampleUrl && { SAMPLE_URL: prices.sampleUrl }),
          ...(prices.requestsPerMinute && { REQUESTS_PER_MINUTE: String(prices.requestsPerMinute) }),
          ...(key && { API_KEY_PARAMETER: key.name }),
        },
        statements: [
          { sid: "PutRecords", actions: ["kinesis:PutRecords"], resources: [stream.arn] },
          ...(key ? [{ sid: "ReadApiKey", actions: ["ssm:GetParameter"], resources: [key.arn] }] : []),
        ],
        deadLetters,
      },
      setting,
      { parent: this },
    );
    // A poll is stamped with its slot: once the next one is due, its prices would be those of another time.
    const freshSeconds = Math.max(60, prices.everyMinutes * 60 - 60);
    new aws.lambda.FunctionEventInvokeConfig(
      `${name}-retries`,
      { functionName: this.function.name, maximumEventAgeInSeconds: freshSeconds, maximumRetryAttempts: 1 },
      { parent: this },
    );
    new Schedule(
      name,
      {
        description: `Polls prices every ${prices.everyMinutes} minutes`,
        expression: slots(prices.everyMinutes),
        target: this.function.arn,
        input: JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" }),
        may: { sid: "InvokePoller", actions: ["lambda:InvokeFunction"], resources: [this.function.arn] },
        deadLetters,
        maximumAgeSeconds: freshSeconds,
      },
      setting,
      { parent: this },
    );
    this.deadLetters = deadLetterName(name, setting);
    this.registerOutputs({ function: this.function.name });
  }
}

/** A rate would count from the moment of its creation; cron's slots are those of the clock. */
export const slots = (minutes: number): string =>
  minutes === 60 ? "cron(0 * * * ? *)" : `cron(0/${minutes} * * * ? *)`;

/** The key lives in SSM alone; the function knows its name. */
const apiKeyParameter = (
  name: string,
  value: pulumi.Output<string>,
  { names, key }: Setting,
  parent: pulumi.Resource,
) =>
  new aws.ssm.Parameter(
    `${name}-api-key`,
    {
      name: names.parameter("coingecko-api-key"),
      type: "SecureString",
      value: pulumi.secret(value),
      ...(key && { keyId: key }),
    },
    { parent },
  );
