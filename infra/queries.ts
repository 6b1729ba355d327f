import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SecureBucket } from "./bucket";
import type { Context } from "./context";
import { savedReports } from "./reports";

export interface QueriesArgs {
  readonly database: pulumi.Input<string>;
  readonly results: SecureBucket;
}

/** The Athena workgroup, with each saved report as a named query and as a prepared statement. */
export class Queries extends pulumi.ComponentResource {
  readonly workgroup: pulumi.Output<string>;
  readonly workgroupArn: pulumi.Output<string>;

  constructor(name: string, args: QueriesArgs, context: Context, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:queries:Queries", name, {}, options);
    const { names, config, account, key } = context;
    const workgroup = new aws.athena.Workgroup(
      name,
      {
        name: names.workgroup,
        description: `Queries of ${names.base}`,
        forceDestroy: true,
        configuration: {
          enforceWorkgroupConfiguration: true,
          publishCloudwatchMetricsEnabled: true,
          bytesScannedCutoffPerQuery: config.lake.scanLimitMegabytes * 1_048_576,
          engineVersion: { selectedEngineVersion: "Athena engine version 3" },
          resultConfiguration: {
            outputLocation: pulumi.interpolate`s3://${args.results.name}/results/`,
            expectedBucketOwner: account,
            encryptionConfiguration: key
              ? { encryptionOption: "SSE_KMS", kmsKeyArn: key }
              : { encryptionOption: "SSE_S3" },
          },
        },
      },
      { parent: this },
    );
    for (const { name: report, description, text, statement } of savedReports(
      config.feeds,
      config.prices.pollSeconds,
    )) {
      new aws.athena.NamedQuery(
        `report-${report}`,
        { name: report, description, database: args.database, workgroup: workgroup.name, query: text },
        { parent: this },
      );
      if (statement)
        new aws.athena.PreparedStatement(
          `statement-${report}`,
          {
            name: statement.name,
            description: statement.description,
            workgroup: workgroup.name,
            queryStatement: statement.text,
          },
          { parent: this },
        );
    }
    this.workgroup = workgroup.name;
    this.workgroupArn = workgroup.arn;
    this.registerOutputs({ workgroup: this.workgroup });
  }
}
