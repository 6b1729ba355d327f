import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SecureBucket } from "./bucket";
import { deadLetterName, deadLetterQueue } from "./dead-letters";
import { useKey } from "./encryption";
import { serviceRole } from "./role";
import { Schedule } from "./schedule";
import type { Setting } from "./setting";
import type { Statement } from "./statements";

export interface LandingCrawlerArgs {
  readonly database: aws.glue.CatalogDatabase;
  readonly lake: SecureBucket;
}

/** Its tables are told by their names, and it may touch no others: declared tables are out of its reach. */
const TABLE_PREFIX = "landing_";

/** Turns whatever is dropped under landing/ into tables. */
export class LandingCrawler extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  /** Name of the queue, where there are queues. */
  readonly deadLetters: string | undefined;

  constructor(
    name: string,
    args: LandingCrawlerArgs,
    setting: Setting,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:catalogue:LandingCrawler", name, {}, options);
    const { names, account, config } = setting;
    const { arn: role, policy } = serviceRole(
      name,
      {
        name: names.role("landing-crawler"),
        service: "glue.amazonaws.com",
        sourceAccount: account,
        statements: [
          ...readLanding(args.lake),
          catalogueTables(setting),
          writeCrawlerLogs(setting),
          ...useKey(setting.key),
        ],
      },
      this,
    );
    const security = setting.key && encryptLogs(name, names.base, setting.key, this);
    const crawler = new aws.glue.Crawler(
      name,
      {
        name: names.crawler,
        role,
        databaseName: args.database.name,
        description: "Discovers tables under landing/",
        s3Targets: [{ path: pulumi.interpolate`s3://${args.lake.name}/landing/` }],
        tablePrefix: TABLE_PREFIX,
        classifiers: landingClassifiers(name, names.base, this),
        ...(security && { securityConfiguration: security.name }),
        schemaChangePolicy: { updateBehavior: "UPDATE_IN_DATABASE", deleteBehavior: "LOG" },
        recrawlPolicy: { recrawlBehavior: "CRAWL_EVERYTHING" },
        configuration: JSON.stringify({
          Version: 1,
          // A table for each landing/<name>/: the bucket is level 1.
          Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", TableLevelConfiguration: 3 },
          CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
        }),
      },
      { parent: this, dependsOn: [policy] },
    );
    new Schedule(
      `${name}-crawl`,
      {
        description: "Starts the crawler on landing/",
        expression: config.lake.crawlCron,
        target: `arn:${setting.partition}:scheduler:::aws-sdk:glue:startCrawler`,
        input: pulumi.jsonStringify({ Name: crawler.name }),
        may: { sid: "StartCrawler", actions: ["glue:StartCrawler"], resources: [crawler.arn] },
        deadLetters: deadLetterQueue(name, setting, this),
        maximumAgeSeconds: 3600,
      },
      setting,
      { parent: this },
    );
    this.name = crawler.name;
    this.deadLetters = deadLetterName(name, setting);
    this.registerOutputs({ name: this.name });
  }
}

const readLanding = (lake: SecureBucket): Statement[] => [
  { sid: "ReadLanding", actions: ["s3:GetObject"], resources: [pulumi.interpolate`${lake.arn}/landing/*`] },
  {
    sid: "ListLanding",
    actions: ["s3:ListBucket"],
    resources: [lake.arn],
    conditions: { StringLike: { "s3:prefix": ["landing", "landing/*"] } },
  },
];

const catalogueTables = ({ names, account, region, partition }: Setting): Statement => {
  const glue = `arn:${partition}:glue:${region}:${account}`;
  return {
    sid: "CatalogueLanding",
    actions: [
      "glue:BatchCreatePartition",
      "glue:BatchGetPartition",
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

/** All crawlers of an account log into one group; one with a security configuration into a group of its role's. */
const writeCrawlerLogs = ({ account, region, partition, names, key }: Setting): Statement => {
  const groups = `arn:${partition}:logs:${region}:${account}:log-group:/aws-glue/crawlers`;
  const group = key ? `${groups}-role/${names.role("landing-crawler")}` : groups;
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

/**
 * Comma-separated files in landing/ begin with a header: with that said, files of nothing but text keep their names for
 * columns too. The first classifier sees nothing in JSON that Glue would not; it is there so that no line of JSON, full
 * of commas, comes to the second. Anything else is for Glue's own.
 */
const landingClassifiers = (name: string, base: string, parent: pulumi.Resource) => [
  new aws.glue.Classifier(
    `${name}-json`,
    { name: `${base}-${name}-json`, jsonClassifier: { jsonPath: "$" } },
    { parent },
  ).name,
  new aws.glue.Classifier(
    `${name}-csv`,
    {
      name: `${base}-${name}-csv`,
      csvClassifier: {
        delimiter: ",",
        quoteSymbol: '"',
        containsHeader: "PRESENT",
        disableValueTrimming: false,
        allowSingleColumn: false,
        serde: "OpenCSVSerDe",
      },
    },
    { parent },
  ).name,
];

/** What a crawler may write down is encrypted with the stack's own key, where there is one. */
const encryptLogs = (name: string, base: string, kmsKeyArn: pulumi.Input<string>, parent: pulumi.Resource) =>
  new aws.glue.SecurityConfiguration(
    `${name}-security`,
    {
      name: `${base}-${name}`,
      encryptionConfiguration: {
        cloudwatchEncryption: { cloudwatchEncryptionMode: "SSE-KMS", kmsKeyArn },
        jobBookmarksEncryption: { jobBookmarksEncryptionMode: "CSE-KMS", kmsKeyArn },
        s3Encryption: { s3EncryptionMode: "SSE-KMS", kmsKeyArn },
      },
    },
    { parent },
  );
