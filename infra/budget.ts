import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Setting } from "./setting";

/** A monthly budget for what carries the environment's tag; it speaks up before and when it is spent. */
export function monthlyBudget(name: string, topic: pulumi.Input<string>, { config, names }: Setting) {
  if (config.monthlyBudgetUsd === undefined) return undefined;
  const notify = (notificationType: string, threshold: number) => ({
    notificationType,
    threshold,
    thresholdType: "PERCENTAGE",
    comparisonOperator: "GREATER_THAN",
    subscriberSnsTopicArns: [topic],
  });
  return new aws.budgets.Budget(name, {
    name: `${names.base}-monthly`,
    budgetType: "COST",
    timeUnit: "MONTHLY",
    limitAmount: String(config.monthlyBudgetUsd),
    limitUnit: "USD",
    costFilters: [{ name: "TagKeyValue", values: [`user:environment$${config.env}`] }],
    notifications: [notify("FORECASTED", 100), notify("ACTUAL", 80), notify("ACTUAL", 100)],
  });
}
