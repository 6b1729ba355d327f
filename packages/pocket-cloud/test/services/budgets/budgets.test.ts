import { strict as assert } from "node:assert";
import {
  BudgetsClient,
  CreateBudgetCommand,
  DescribeBudgetCommand,
  DescribeNotificationsForBudgetCommand,
} from "@aws-sdk/client-budgets";
import { type Lab, lab } from "../lambda/lab";

describe("Budgets", () => {
  let at: Lab;
  let budgets: BudgetsClient;
  before(async () => {
    at = await lab();
    budgets = new BudgetsClient({ ...at.client, maxAttempts: 1 });
  });
  after(async () => {
    budgets.destroy();
    await at.end();
  });

  it("are returned with their notifications", async () => {
    const AccountId = at.cloud.accountId;
    const Notification = {
      NotificationType: "ACTUAL",
      ComparisonOperator: "GREATER_THAN",
      Threshold: 80,
      ThresholdType: "PERCENTAGE",
    } as const;
    await budgets.send(
      new CreateBudgetCommand({
        AccountId,
        Budget: {
          BudgetName: "month",
          BudgetType: "COST",
          TimeUnit: "MONTHLY",
          BudgetLimit: { Amount: "20", Unit: "USD" },
        },
        NotificationsWithSubscribers: [
          { Notification, Subscribers: [{ SubscriptionType: "EMAIL", Address: "me@example.com" }] },
        ],
      }),
    );
    const { Budget } = await budgets.send(new DescribeBudgetCommand({ AccountId, BudgetName: "month" }));
    assert.deepEqual(Budget?.BudgetLimit, { Amount: "20", Unit: "USD" });
    const { Notifications } = await budgets.send(
      new DescribeNotificationsForBudgetCommand({ AccountId, BudgetName: "month" }),
    );
    assert.deepEqual(Notifications, [{ ...Notification, NotificationState: "OK" }]);
    await assert.rejects(budgets.send(new DescribeBudgetCommand({ AccountId, BudgetName: "none" })), {
      name: "NotFoundException",
    });
  });
});
