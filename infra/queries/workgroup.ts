import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import type { SecureBucket } from "../storage/bucket";

export interface WorkgroupArgs {
  readonly name: string;
  readonly description: string;
  readonly results: SecureBucket;
  /** Athena cancels a query that scans more. */
  readonly scanLimitMegabytes: number;
}

/** An Athena workgroup whose limits and result location queries cannot override. */
export const workgroup = (
  name: string,
  args: WorkgroupArgs,
  { account, key }: Context,
  options: pulumi.CustomResourceOptions,
): aws.athena.Workgroup =>
  new aws.athena.Workgroup(
    name,
    {
      name: args.name,
      description: args.description,
      forceDestroy: true,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: args.scanLimitMegabytes * 1_048_576,
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
    options,
  );
