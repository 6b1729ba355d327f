import * as pulumi from "@pulumi/pulumi";
import { firstDay } from "../data/feeds";
import type { SecureBucket } from "./bucket";
import type { Context } from "./context";
import { type DeadLetters, deadLetters } from "./dead-letters";
import type { Feed } from "./feed";
import { LakeFunction } from "./function";
import type { Statement } from "./permissions";
import type { Queries } from "./queries";
import { queryTables, viewTables } from "./query-rights";
import { Schedule } from "./schedule";

export interface ReconcilerArgs {
  readonly feeds: readonly Feed[];
  readonly lake: SecureBucket;
  readonly results: SecureBucket;
  readonly queries: Queries;
}

/** Compares the stages of the last closed day, every day, and publishes the result as metrics. */
export class Reconciler extends pulumi.ComponentResource {
  readonly function: LakeFunction;
  readonly deadLetters: DeadLetters | undefined;

  constructor(
    name: string,
    args: ReconcilerArgs,
    context: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:monitoring:Reconciler", name, {}, options);
    const { config } = context;
    const parent = { parent: this };

    const queue = deadLetters(name, context, parent);
    this.function = createFunction();
    createSchedule(this.function);
    this.deadLetters = queue;
    this.registerOutputs({ function: this.function.name });

    function createFunction() {
      return new LakeFunction(
        name,
        {
          source: name,
          description: "Compares yesterday's events in raw/, csv/ and the views",
          memoryMegabytes: 1024,
          timeoutSeconds: 900,
          environment: {
            STACK: config.env,
            LAKE_BUCKET: args.lake.name,
            FEEDS: args.feeds
              .map(({ definition }) => `${definition.name}:${firstDay(definition, config.lake.since)}`)
              .join(" "),
            MEGABYTES_PER_FEED: String(MEGABYTES_PER_FEED),
          },
          statements: [
            ...readLake(args.lake),
            ...queryTables(
              { results: args.results, workgroupArn: args.queries.workgroupArn },
              args.feeds.flatMap(({ definition }) => viewTables(definition)),
              context,
            ),
          ],
          deadLetters: queue,
        },
        context,
        parent,
      );
    }

    function createSchedule(reconcile: LakeFunction) {
      new Schedule(
        name,
        {
          description: "Compares yesterday's events in raw/, csv/ and the views",
          // Buffers and batches of the day have been written by then.
          expression: "cron(30 1 * * ? *)",
          target: reconcile.arn,
          input: JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" }),
          invoke: { sid: "InvokeReconciler", actions: ["lambda:InvokeFunction"], resources: [reconcile.arn] },
          deadLetters: queue,
          maximumAgeSeconds: 6 * 3600,
        },
        context,
        parent,
      );
    }
  }
}

/** Bounds the function's memory and time. A feed with a larger day is reported as unchecked. */
const MEGABYTES_PER_FEED = 400;

const READ_FOLDERS = ["csv", "history", "raw", "errors"];

const readLake = ({ arn }: SecureBucket): Statement[] => [
  {
    sid: "ReadLake",
    actions: ["s3:GetObject"],
    resources: READ_FOLDERS.map((folder) => pulumi.interpolate`${arn}/${folder}/*`),
  },
  {
    sid: "ListLake",
    actions: ["s3:ListBucket"],
    resources: [arn],
    conditions: { StringLike: { "s3:prefix": READ_FOLDERS.map((folder) => `${folder}/*`) } },
  },
];
