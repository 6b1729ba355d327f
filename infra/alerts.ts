import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Setting } from "./setting";

/** The topic that people hear from: matches of rules, alarms, the budget. */
export class Alerts extends pulumi.ComponentResource {
  readonly topic: pulumi.Output<string>;

  constructor(
    name: string,
    { names, config, account, key }: Setting,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:alerts:Alerts", name, {}, options);
    const topic = new aws.sns.Topic(
      name,
      { name: names.topic, ...(key && { kmsMasterKeyId: key }) },
      { parent: this },
    );
    new aws.sns.TopicPolicy(
      `${name}-policy`,
      { arn: topic.arn, policy: topic.arn.apply((arn) => servicesMayPublish(arn, account)) },
      { parent: this },
    );
    for (const email of config.alertEmails)
      new aws.sns.TopicSubscription(
        `${name}-${email}`,
        { topic: topic.arn, protocol: "email", endpoint: email },
        { parent: this },
      );
    this.topic = topic.arn;
    this.registerOutputs({ topic: this.topic });
  }
}

/** The functions publish by their roles; alarms and budgets by this, and only those of this account. */
const servicesMayPublish = (arn: string, account: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: ["cloudwatch", "budgets"].map((service) => ({
      Sid: `${service}Publishes`,
      Effect: "Allow",
      Principal: { Service: `${service}.amazonaws.com` },
      Action: "sns:Publish",
      Resource: arn,
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    })),
  });
