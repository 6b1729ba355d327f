import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { viewSql } from "../../data/feeds";
import { EXPIRE_TAG } from "../../data/history/layout";
import { tablesOf } from "../../data/names";
import type { Context } from "../context";
import { type Feed, feedDays } from "../feeds/feed";
import { type DeadLetters, deadLetters } from "../functions/dead-letters";
import { LakeFunction } from "../functions/function";
import { calls, Schedule } from "../functions/schedule";
import type { Statement } from "../permissions";
import type { Queries } from "../queries/queries";
import { queryTables, viewTables } from "../queries/rights";
import type { SecureBucket } from "../storage/bucket";

export interface CompactorArgs {
  readonly feeds: readonly Feed[];
  readonly lake: SecureBucket;
  readonly results: SecureBucket;
  readonly queries: Queries;
}

/** Writes closed days as Parquet, every day, and owns the definitions of the feeds' views. */
export class Compactor extends pulumi.ComponentResource {
  readonly function: LakeFunction;
  readonly deadLetters: DeadLetters | undefined;

  constructor(
    name: string,
    args: CompactorArgs,
    context: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:history:Compactor", name, {}, options);
    const { config, names } = context;
    const parent = { parent: this };

    const queue = deadLetters(name, context, parent);
    this.function = createFunction();
    createSchedule(this.function);
    writeViews(this.function);
    this.deadLetters = queue;
    this.registerOutputs({ function: this.function.name });

    function createFunction() {
      return new LakeFunction(
        name,
        {
          source: name,
          description: "Writes closed days of csv/ as Parquet and verifies them",
          memoryMegabytes: 512,
          timeoutSeconds: 900,
          environment: {
            STACK: config.env,
            LAKE_BUCKET: args.lake.name,
            FEEDS: feedDays(args.feeds, context),
          },
          statements: [
            ...useHistory(args.lake),
            ...queryTables(
              { results: args.results, workgroupArn: args.queries.workgroupArn },
              args.feeds.flatMap(({ definition }) => [...viewTables(definition), tablesOf(definition).runs]),
              context,
            ),
            ...changeCatalogue(args, context),
          ],
          deadLetters: queue,
        },
        context,
        parent,
      );
    }

    function createSchedule(compact: LakeFunction) {
      new Schedule(
        name,
        {
          description: "Writes closed days of csv/ as Parquet and verifies them",
          // After the comparison of the closed day at 01:30.
          expression: "cron(15 2 * * ? *)",
          ...calls(compact, "InvokeCompactor"),
          deadLetters: queue,
          maximumAgeSeconds: 6 * 3600,
        },
        context,
        parent,
      );
    }

    /** Runs when a contract changes: a new column is in the view when the deployment ends. */
    function writeViews(compact: LakeFunction) {
      const contracts = args.feeds.map(({ definition }) =>
        viewSql(definition, names.database, tablesOf(definition).csv),
      );
      new aws.lambda.Invocation(
        `${name}-views`,
        {
          functionName: compact.name,
          input: JSON.stringify({ action: "views" }),
          triggers: { contracts: createHash("sha256").update(contracts.join("\n")).digest("hex") },
        },
        { ...parent, dependsOn: [compact.permissions, ...args.feeds.map(({ tables }) => tables)] },
      );
    }
  }
}

/**
 * Athena reads and writes the objects in the caller's name. There is no right to delete: the only tag that the function
 * may give makes the bucket's lifecycle rules expire an object, days later.
 */
const useHistory = ({ arn }: SecureBucket): Statement[] => [
  {
    sid: "ReadLake",
    actions: ["s3:GetObject"],
    resources: ["csv", "history"].map((folder) => pulumi.interpolate`${arn}/${folder}/*`),
  },
  {
    sid: "WriteHistory",
    actions: ["s3:PutObject"],
    resources: [pulumi.interpolate`${arn}/history/*`],
  },
  {
    sid: "AthenaWritesHistory",
    actions: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
    resources: [pulumi.interpolate`${arn}/history/*`],
  },
  {
    sid: "TagReplaced",
    actions: ["s3:PutObjectTagging"],
    resources: ["csv", "history"].map((folder) => pulumi.interpolate`${arn}/${folder}/*`),
    conditions: { StringEquals: { [`s3:RequestObjectTag/${EXPIRE_TAG.Key}`]: [EXPIRE_TAG.Value] } },
  },
  {
    sid: "UntagOverwritten",
    actions: ["s3:DeleteObjectTagging"],
    resources: [pulumi.interpolate`${arn}/csv/*`],
  },
  {
    sid: "ReadExpiryRules",
    actions: ["s3:GetLifecycleConfiguration"],
    resources: [arn],
  },
  {
    sid: "ListLake",
    actions: ["s3:ListBucket"],
    resources: [arn],
    conditions: { StringLike: { "s3:prefix": ["csv/*", "history/*"] } },
  },
  {
    sid: "AthenaLocatesHistory",
    actions: ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
    resources: [arn],
  },
];

/** Partitions of the history tables, and the definitions of the views. */
function changeCatalogue(
  { feeds }: CompactorArgs,
  { names, account, region, partition }: Context,
): Statement[] {
  const glue = `arn:${partition}:glue:${region}:${account}`;
  const tables = (what: "view" | "history") =>
    feeds.map(({ definition }) => `${glue}:table/${names.database}/${tablesOf(definition)[what]}`);
  const catalogue = [`${glue}:catalog`, `${glue}:database/${names.database}`];
  return [
    {
      sid: "SwitchPartitions",
      actions: ["glue:CreatePartition", "glue:GetPartitions", "glue:GetTable", "glue:UpdatePartition"],
      resources: [...catalogue, ...tables("history")],
    },
    {
      sid: "MoveViews",
      actions: ["glue:GetTable", "glue:UpdateTable"],
      resources: [...catalogue, ...tables("view")],
    },
  ];
}
