import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { tablesOf } from "../../data/names";
import type { Context } from "../context";
import { type DeadLetters, deadLetters } from "../functions/dead-letters";
import { LakeFunction } from "../functions/function";
import { calls, Schedule } from "../functions/schedule";
import type { Statement } from "../permissions";
import { queryTables, readLake, viewTables } from "../queries/rights";
import { workgroup } from "../queries/workgroup";
import { readSecret, secretParameter } from "../secrets";
import type { SecureBucket } from "../storage/bucket";
import { sitePackage } from "./site-package";

export interface PublisherArgs {
  readonly lake: SecureBucket;
  readonly results: SecureBucket;
  /** ARN of the topic for alerts. */
  readonly topic: pulumi.Input<string>;
  /** Address of the site, for links in messages; undefined where it has none. */
  readonly url: pulumi.Input<string> | undefined;
}

/** Publishes the reports of sql/site.yaml into the lake's bucket, and sends those whose condition holds. */
export class Publisher extends pulumi.ComponentResource {
  readonly function: LakeFunction;
  readonly deadLetters: DeadLetters | undefined;
  readonly scheduleMinutes: number;

  constructor(
    name: string,
    args: PublisherArgs,
    context: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:site:Publisher", name, {}, options);
    const { config, names } = context;
    const { minutes, scanLimitMegabytes, webhooks } = config.site;
    const parent = { parent: this };

    const queue = createQueue();
    const group = workgroup(
      "site",
      {
        name: names.siteWorkgroup,
        description: `Published reports of ${names.base}`,
        results: args.results,
        scanLimitMegabytes,
      },
      context,
      parent,
    );
    const failed = deadLetters(name, context, parent);
    this.function = createFunction();
    limitRetries(this.function);
    createSchedule(this.function);
    this.deadLetters = failed;
    this.scheduleMinutes = minutes;
    this.registerOutputs({ function: this.function.name });

    /** Keeps the alerts between two publications. Encrypted by SQS: SNS has no right to the stack's key. */
    function createQueue() {
      const created = new aws.sqs.Queue(
        `${name}-alerts`,
        {
          name: names.queue(`${name}-alerts`),
          messageRetentionSeconds: 4 * 86_400,
          visibilityTimeoutSeconds: TIMEOUT_SECONDS,
          sqsManagedSseEnabled: true,
        },
        parent,
      );
      const policy = new aws.sqs.QueuePolicy(
        `${name}-alerts`,
        { queueUrl: created.id, policy: pulumi.all([created.arn, args.topic]).apply(admitTopic) },
        parent,
      );
      new aws.sns.TopicSubscription(
        `${name}-alerts`,
        { topic: args.topic, protocol: "sqs", endpoint: created.arn },
        { ...parent, dependsOn: [policy] },
      );
      return created;
    }

    function createFunction() {
      return new LakeFunction(
        name,
        {
          source: name,
          description: "Publishes reports as web pages, and sends those whose condition holds",
          files: sitePackage(config).then((text) => ({ "site.json": text })),
          memoryMegabytes: 1024,
          timeoutSeconds: TIMEOUT_SECONDS,
          environment: {
            STACK: config.env,
            LAKE_BUCKET: args.lake.name,
            TOPIC_ARN: args.topic,
            ALERTS_QUEUE_URL: queue.url,
            ...(args.url !== undefined && { SITE_URL: args.url }),
            ...(webhooks.length > 0 && { WEBHOOKS: webhooks.join(" ") }),
          },
          statements: [
            ...readLake(args.lake, READ_FOLDERS, ["site", "publishing"]),
            ...writeSite(args.lake),
            ...queryTables(
              { results: args.results, workgroupArn: group.arn },
              reportTables(config.feeds),
              context,
            ),
            { sid: "StopQueries", actions: ["athena:StopQueryExecution"], resources: [group.arn] },
            {
              sid: "ReceiveAlerts",
              actions: ["sqs:DeleteMessage", "sqs:ReceiveMessage"],
              resources: [queue.arn],
            },
            { sid: "SendReports", actions: ["sns:Publish"], resources: [args.topic] },
            ...readWebhooks(webhooks, context),
          ],
          deadLetters: failed,
        },
        context,
        parent,
      );
    }

    /** The next publication replaces a failed one. */
    function limitRetries(publish: LakeFunction) {
      new aws.lambda.FunctionEventInvokeConfig(
        `${name}-retries`,
        {
          functionName: publish.name,
          maximumEventAgeInSeconds: Math.min(LONGEST_EVENT_AGE_SECONDS, 60 * minutes),
          maximumRetryAttempts: 0,
        },
        parent,
      );
    }

    function createSchedule(publish: LakeFunction) {
      new Schedule(
        name,
        {
          description: `Publishes reports every ${minutes} minutes`,
          expression: `rate(${minutes} minutes)`,
          ...calls(publish, "InvokePublisher"),
          deadLetters: failed,
          maximumAgeSeconds: 60 * minutes,
        },
        context,
        parent,
      );
    }
  }
}

const TIMEOUT_SECONDS = 600;
/** Lambda keeps an asynchronous event for six hours at most. */
const LONGEST_EVENT_AGE_SECONDS = 6 * 3600;

const admitTopic = ([queue, topic]: readonly [string, string]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TakeAlerts",
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queue,
        Condition: { ArnEquals: { "aws:SourceArn": topic } },
      },
    ],
  });

/** The folders of the tables that reports read. */
const READ_FOLDERS = ["csv", "errors", "history", "quarantine"];

const writeSite = ({ arn }: SecureBucket): Statement[] => [
  {
    sid: "WriteSite",
    actions: ["s3:DeleteObject", "s3:PutObject"],
    resources: [pulumi.interpolate`${arn}/site/*`],
  },
  {
    sid: "KeepAlerts",
    actions: ["s3:GetObject", "s3:PutObject"],
    resources: [pulumi.interpolate`${arn}/publishing/*`],
  },
];

/** The tables of the reports: the views, and the lists of refused rows. */
const reportTables = (feeds: readonly string[]): string[] =>
  feeds.flatMap((name) => {
    const { quarantine, errors } = tablesOf({ name });
    return [...viewTables({ name }), quarantine, errors];
  });

/** "team:slack:pricelake/prod/team": the third part names the secret. */
function readWebhooks(webhooks: readonly string[], context: Context): Statement[] {
  const secrets = [...new Set(webhooks.map((webhook) => webhook.split(":").slice(2).join(":")))];
  if (secrets.length === 0) return [];
  return [
    {
      sid: "ReadWebhooks",
      actions: ["ssm:GetParameter"],
      resources: secrets.map((secret) => secretParameter(secret, context)),
    },
    {
      sid: "ReadSecret",
      actions: ["secretsmanager:GetSecretValue"],
      resources: secrets.map((secret) => readSecret(secret, context)),
    },
  ];
}
