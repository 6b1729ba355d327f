import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { type Feed, feedDays } from "../feeds/feed";
import { type DeadLetters, deadLetters } from "../functions/dead-letters";
import { LakeFunction } from "../functions/function";
import { calls, Schedule } from "../functions/schedule";
import type { Queries } from "../queries/queries";
import { queryTables, readLake, viewTables } from "../queries/rights";
import type { SecureBucket } from "../storage/bucket";

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
            FEEDS: feedDays(args.feeds, context),
            MEGABYTES_PER_FEED: String(MEGABYTES_PER_FEED),
          },
          statements: [
            ...readLake(args.lake, READ_FOLDERS),
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
          ...calls(reconcile, "InvokeReconciler"),
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
