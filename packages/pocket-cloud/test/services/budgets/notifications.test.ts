import { strict as assert } from "node:assert";
import { Budgets } from "@aws-sdk/client-budgets";
import { type Lab, lab } from "../lambda/lab";

describe("Budgets' notifications", () => {
  let at: Lab;
  let budgets: Budgets;
  const AccountId = "000000000000";
  const BudgetName = "monthly";
  const budget = (Amount: string) =>
    ({
      BudgetName,
      BudgetType: "COST",
      TimeUnit: "MONTHLY",
      BudgetLimit: { Amount, Unit: "USD" },
    }) as const;
  const Notification = {
    NotificationType: "ACTUAL",
    ComparisonOperator: "GREATER_THAN",
    Threshold: 80,
    ThresholdType: "PERCENTAGE",
  } as const;
  const Subscribers = [{ SubscriptionType: "EMAIL", Address: "ops@example.com" }] as const;
  beforeEach(async () => {
    at = await lab();
    budgets = new Budgets({ ...at.client, maxAttempts: 1 });
    await budgets.createBudget({ AccountId, Budget: budget("10") });
  });
  afterEach(async () => {
    budgets.destroy();
    await at.end();
  });

  it("are added, listed with their subscribers, and deleted", async () => {
    await budgets.createNotification({ AccountId, BudgetName, Notification, Subscribers: [...Subscribers] });
    const found = await budgets.describeSubscribersForNotification({ AccountId, BudgetName, Notification });
    assert.deepEqual(found.Subscribers, Subscribers);
    await budgets.deleteNotification({ AccountId, BudgetName, Notification });
    assert.deepEqual(
      (await budgets.describeNotificationsForBudget({ AccountId, BudgetName })).Notifications ?? [],
      [],
    );
  });

  it("are deleted with their budget, whose limit can be changed", async () => {
    await budgets.updateBudget({ AccountId, NewBudget: budget("25") });
    const { Budgets: all = [] } = await budgets.describeBudgets({ AccountId });
    assert.deepEqual(
      all.map((each) => Number(each.BudgetLimit?.Amount)),
      [25],
    );
    await budgets.deleteBudget({ AccountId, BudgetName });
    await assert.rejects(budgets.describeBudget({ AccountId, BudgetName }), { name: "NotFoundException" });
  });

  it("do not affect a budget's tags", async () => {
    const ResourceARN = `arn:aws:budgets::${AccountId}:budget/${BudgetName}`;
    await budgets.tagResource({
      ResourceARN,
      ResourceTags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    });
    await budgets.untagResource({ ResourceARN, ResourceTagKeys: ["a"] });
    assert.deepEqual((await budgets.listTagsForResource({ ResourceARN })).ResourceTags, [
      { Key: "b", Value: "2" },
    ]);
  });
});
