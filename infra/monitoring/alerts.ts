import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";

/** The SNS topic for rule matches, alarms and the budget, with its e-mail subscriptions. */
export class Alerts extends pulumi.ComponentResource {
  readonly topic: pulumi.Output<string>;

  constructor(
    name: string,
    { names, config, account, key }: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:alerts:Alerts", name, {}, options);
    const parent = { parent: this };
    const topic = new aws.sns.Topic(name, { name: names.topic, ...(key && { kmsMasterKeyId: key }) }, parent);
    new aws.sns.TopicPolicy(
      `${name}-policy`,
      { arn: topic.arn, policy: topic.arn.apply((arn) => allowPublishing(arn, account)) },
      parent,
    );
    for (const email of config.alertEmails)
      new aws.sns.TopicSubscription(
        `${name}-${email}`,
        { topic: topic.arn, protocol: "email", endpoint: email },
        parent,
      );
    this.topic = topic.arn;
    this.registerOutputs({ topic: this.topic });
  }
}

/** Functions publish by their roles, alarms and budgets by this policy, which admits this account only. */
const allowPublishing = (arn: string, account: string): string =>
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

/** A monthly budget for everything with the environment's tag, where the config has one. */
export function monthlyBudget(name: string, topic: pulumi.Input<string>, { config, names }: Context): void {
  if (config.monthlyBudgetUsd === undefined) return;
  const notify = (notificationType: string, threshold: number) => ({
    notificationType,
    threshold,
    thresholdType: "PERCENTAGE",
    comparisonOperator: "GREATER_THAN",
    subscriberSnsTopicArns: [topic],
  });
  new aws.budgets.Budget(name, {
    name: `${names.base}-monthly`,
    budgetType: "COST",
    timeUnit: "MONTHLY",
    limitAmount: String(config.monthlyBudgetUsd),
    limitUnit: "USD",
    costFilters: [{ name: "TagKeyValue", values: [`user:environment$${config.env}`] }],
    notifications: [notify("FORECASTED", 100), notify("ACTUAL", 80), notify("ACTUAL", 100)],
  });
}
