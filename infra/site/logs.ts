import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import type { SecureBucket } from "../storage/bucket";

export interface SiteLogsArgs {
  readonly distributionArn: pulumi.Input<string>;
  readonly bucket: SecureBucket;
}

/** CloudFront is a global service, and its log deliveries are in this region. The bucket may be in any. */
export const CLOUDFRONT_REGION = "us-east-1";

/**
 * A line for each request of the site, in the bucket for access logs. The bucket has no ACLs, so this is standard logging
 * (v2): https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
 */
export class SiteLogs extends pulumi.ComponentResource {
  constructor(
    name: string,
    { distributionArn, bucket }: SiteLogsArgs,
    { names }: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:site:SiteLogs", name, {}, options);
    const parent = { parent: this };
    const region = CLOUDFRONT_REGION;
    const source = new aws.cloudwatch.LogDeliverySource(
      name,
      { region, name: names.site, logType: "ACCESS_LOGS", resourceArn: distributionArn },
      parent,
    );
    const destination = new aws.cloudwatch.LogDeliveryDestination(
      name,
      {
        region,
        name: names.site,
        outputFormat: "json",
        deliveryDestinationConfiguration: { destinationResourceArn: bucket.arn },
      },
      { ...parent, dependsOn: [...bucket.ready] },
    );
    new aws.cloudwatch.LogDelivery(
      name,
      {
        region,
        deliverySourceName: source.name,
        deliveryDestinationArn: destination.arn,
        // CloudFront puts AWSLogs/<account>/CloudFront/ before it.
        s3DeliveryConfigurations: [{ suffixPath: "{yyyy}/{MM}/{dd}", enableHiveCompatiblePath: false }],
      },
      parent,
    );
    this.registerOutputs({});
  }
}
