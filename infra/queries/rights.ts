import * as pulumi from "@pulumi/pulumi";
import type { FeedDefinition } from "../../data/feeds";
import { tablesOf } from "../../data/names";
import type { Context } from "../context";
import type { Statement } from "../permissions";
import type { SecureBucket } from "../storage/bucket";

export interface QueryRightsArgs {
  readonly results: SecureBucket;
  readonly workgroupArn: pulumi.Input<string>;
}

/** What Athena reads of tables with projected partitions, and of those whose partitions are in the catalogue. */
const READ_CATALOGUE: readonly string[] = [
  "glue:BatchGetPartition",
  "glue:GetDatabase",
  "glue:GetPartition",
  "glue:GetPartitions",
  "glue:GetTable",
];

/** A feed's view and the tables that it reads. */
export const viewTables = (feed: Pick<FeedDefinition, "name">): readonly string[] => {
  const { view, csv, history } = tablesOf(feed);
  return [view, csv, history];
};

/**
 * What a query on these tables needs. Athena reads the catalogue and writes results in the caller's name. Reading the
 * objects of the tables is not included.
 */
export function queryTables(
  { results, workgroupArn }: QueryRightsArgs,
  tables: readonly string[],
  { names, account, region, partition }: Context,
): Statement[] {
  const glue = `arn:${partition}:glue:${region}:${account}`;
  return [
    {
      sid: "QueryTables",
      actions: ["athena:GetQueryExecution", "athena:GetQueryResults", "athena:StartQueryExecution"],
      resources: [workgroupArn],
    },
    {
      sid: "AthenaReadsCatalogue",
      actions: READ_CATALOGUE,
      resources: [
        `${glue}:catalog`,
        `${glue}:database/${names.database}`,
        ...tables.map((table) => `${glue}:table/${names.database}/${table}`),
      ],
    },
    {
      sid: "AthenaWritesResults",
      actions: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
      resources: [pulumi.interpolate`${results.arn}/results/*`],
    },
    {
      sid: "AthenaLocatesResults",
      actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
      resources: [results.arn],
    },
  ];
}

/** What Athena needs to read the objects of these folders of the lake, and what else is listed there. */
export const readLake = (
  { arn }: SecureBucket,
  folders: readonly string[],
  alsoListed: readonly string[] = [],
): Statement[] => [
  {
    sid: "ReadLake",
    actions: ["s3:GetObject"],
    resources: folders.map((folder) => pulumi.interpolate`${arn}/${folder}/*`),
  },
  {
    sid: "ListLake",
    actions: ["s3:ListBucket"],
    resources: [arn],
    conditions: { StringLike: { "s3:prefix": [...folders, ...alsoListed].map((folder) => `${folder}/*`) } },
  },
];
