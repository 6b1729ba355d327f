import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { useKey } from "../encryption";
import { type DeadLetters, deadLetters } from "../functions/dead-letters";
import { Schedule } from "../functions/schedule";
import { type Statement, serviceRole } from "../permissions";
import type { SecureBucket } from "../storage/bucket";

export interface LandingCrawlerArgs {
  readonly database: aws.glue.CatalogDatabase;
  readonly lake: SecureBucket;
}

/** The crawler's tables have this prefix, and its role may write no others, so it cannot change declared tables. */
const TABLE_PREFIX = "landing_";

/** A scheduled Glue crawler that creates a table for each folder of landing/. */
export class LandingCrawler extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly deadLetters: DeadLetters | undefined;

  constructor(
    name: string,
    { database, lake }: LandingCrawlerArgs,
    context: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:catalogue:LandingCrawler", name, {}, options);
    const { names, account, partition, config, key } = context;
    const parent = { parent: this };

    const { arn: role, policy } = createRole();
    const security = key && createSecurityConfiguration(key);
    const classifiers = [createJsonClassifier(), createCsvClassifier()];
    const crawler = createCrawler();
    this.deadLetters = deadLetters(name, context, parent);
    createSchedule(this.deadLetters);
    this.name = crawler.name;
    this.registerOutputs({ name: this.name });

    function createRole() {
      return serviceRole(
        name,
        {
          name: names.role(CRAWLER_ROLE),
          service: "glue.amazonaws.com",
          sourceAccount: account,
          statements: [
            ...readLanding(lake),
            catalogueTables(context),
            writeCrawlerLogs(context),
            ...useKey(key),
          ],
        },
        parent,
      );
    }

    function createSecurityConfiguration(kmsKeyArn: pulumi.Input<string>) {
      return new aws.glue.SecurityConfiguration(
        `${name}-security`,
        {
          name: `${names.base}-${name}`,
          encryptionConfiguration: {
            cloudwatchEncryption: { cloudwatchEncryptionMode: "SSE-KMS", kmsKeyArn },
            jobBookmarksEncryption: { jobBookmarksEncryptionMode: "CSE-KMS", kmsKeyArn },
            s3Encryption: { s3EncryptionMode: "SSE-KMS", kmsKeyArn },
          },
        },
        parent,
      );
    }

    /** Reads JSON as Glue does. It comes before the CSV classifier, which would take JSON lines with commas for CSV. */
    function createJsonClassifier() {
      return new aws.glue.Classifier(
        `${name}-json`,
        { name: `${names.base}-${name}-json`, jsonClassifier: { jsonPath: "$" } },
        parent,
      );
    }

    /** CSV in landing/ has a header. Glue's own classifier detects none in files with only text columns. */
    function createCsvClassifier() {
      return new aws.glue.Classifier(
        `${name}-csv`,
        {
          name: `${names.base}-${name}-csv`,
          csvClassifier: {
            delimiter: ",",
            quoteSymbol: '"',
            containsHeader: "PRESENT",
            disableValueTrimming: false,
            allowSingleColumn: false,
            serde: "OpenCSVSerDe",
          },
        },
        parent,
      );
    }

    function createCrawler() {
      return new aws.glue.Crawler(
        name,
        {
          name: names.crawler,
          role,
          databaseName: database.name,
          description: "Discovers tables under landing/",
          s3Targets: [{ path: pulumi.interpolate`s3://${lake.name}/landing/` }],
          tablePrefix: TABLE_PREFIX,
          classifiers: classifiers.map((classifier) => classifier.name),
          ...(security && { securityConfiguration: security.name }),
          schemaChangePolicy: { updateBehavior: "UPDATE_IN_DATABASE", deleteBehavior: "LOG" },
          recrawlPolicy: { recrawlBehavior: "CRAWL_EVERYTHING" },
          configuration: JSON.stringify({
            Version: 1,
            // The bucket is level 1, so each landing/<name>/ at level 3 becomes a table.
            Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", TableLevelConfiguration: 3 },
            CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
          }),
        },
        { ...parent, dependsOn: [policy] },
      );
    }

    function createSchedule(queue: DeadLetters | undefined) {
      new Schedule(
        `${name}-crawl`,
        {
          description: "Starts the crawler on landing/",
          expression: config.lake.crawlCron,
          target: `arn:${partition}:scheduler:::aws-sdk:glue:startCrawler`,
          input: pulumi.jsonStringify({ Name: crawler.name }),
          invoke: { sid: "StartCrawler", actions: ["glue:StartCrawler"], resources: [crawler.arn] },
          deadLetters: queue,
          maximumAgeSeconds: 3600,
        },
        context,
        parent,
      );
    }
  }
}

const CRAWLER_ROLE = "landing-crawler";

const readLanding = (lake: SecureBucket): Statement[] => [
  // AWSGlueServiceRole has it, for the region of a bucket.
  { sid: "LocateLake", actions: ["s3:GetBucketLocation"], resources: [lake.arn] },
  { sid: "ReadLanding", actions: ["s3:GetObject"], resources: [pulumi.interpolate`${lake.arn}/landing/*`] },
  {
    sid: "ListLanding",
    actions: ["s3:ListBucket"],
    resources: [lake.arn],
    conditions: { StringLike: { "s3:prefix": ["landing", "landing/*"] } },
  },
];

const catalogueTables = ({ names, account, region, partition }: Context): Statement => {
  const glue = `arn:${partition}:glue:${region}:${account}`;
  return {
    sid: "CatalogueLanding",
    actions: [
      "glue:BatchCreatePartition",
      "glue:BatchGetPartition",
      "glue:BatchUpdatePartition",
      "glue:CreatePartition",
      "glue:CreateTable",
      "glue:GetDatabase",
      "glue:GetPartition",
      "glue:GetPartitions",
      "glue:GetTable",
      "glue:GetTables",
      "glue:UpdatePartition",
      "glue:UpdateTable",
    ],
    resources: [
      `${glue}:catalog`,
      `${glue}:database/${names.database}`,
      `${glue}:table/${names.database}/${TABLE_PREFIX}*`,
    ],
  };
};

/** Crawlers log to one group per account; a crawler with a security configuration logs to a group named after its role. */
const writeCrawlerLogs = ({ account, region, partition, names, key }: Context): Statement => {
  const groups = `arn:${partition}:logs:${region}:${account}:log-group:/aws-glue/crawlers`;
  const group = key ? `${groups}-role/${names.role(CRAWLER_ROLE)}` : groups;
  return {
    sid: "WriteLogs",
    actions: [
      ...(key ? ["logs:AssociateKmsKey"] : []),
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
    ],
    resources: key ? [`${group}*`] : [group, `${group}:*`],
  };
};
