import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SecureBucket } from "./bucket";
import { savedReports } from "./reports";
import type { Setting } from "./setting";

export interface QueriesArgs {
  readonly database: pulumi.Input<string>;
  readonly results: SecureBucket;
}

/** The Athena workgroup, with the saved reports in it. */
export class Queries extends pulumi.ComponentResource {
  readonly workgroup: pulumi.Output<string>;

  constructor(name: string, args: QueriesArgs, setting: Setting, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:queries:Queries", name, {}, options);
    const { names, config, account, key } = setting;
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
    for (const report of savedReports(join(__dirname, "..", "sql")))
      new aws.athena.NamedQuery(
        `report-${report.name}`,
        {
          name: report.name,
          description: report.description.slice(0, 1024),
          database: args.database,
          workgroup: workgroup.name,
          query: report.text,
        },
        { parent: this },
      );
    this.workgroup = workgroup.name;
    this.registerOutputs({ workgroup: this.workgroup });
  }
}
