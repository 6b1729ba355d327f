import { join } from "node:path";
import type { Budget, NotificationWithSubscribers } from "@aws-sdk/client-budgets";
import { AwsError } from "../../errors";
import type { Input, OperationName, Output } from "../../models";
import type { Operation, ServiceFactory } from "../../service";
import { Collection } from "../../storage/collection";

type BudgetOperation<O extends OperationName<"budgets">> = Operation<
  Input<"budgets", O>,
  Output<"budgets", O>
>;

interface BudgetRecord {
  budget: Budget;
  notifications: NotificationWithSubscribers[];
  tags: Record<string, string>;
}

type Notification = NonNullable<NotificationWithSubscribers["Notification"]>;

const same = (a: Notification | undefined, b: Notification | undefined): boolean =>
  a?.NotificationType === b?.NotificationType &&
  a?.ComparisonOperator === b?.ComparisonOperator &&
  a?.Threshold === b?.Threshold &&
  (a?.ThresholdType ?? "PERCENTAGE") === (b?.ThresholdType ?? "PERCENTAGE");

const EVERYTHING = {
  IncludeCredit: true,
  IncludeDiscount: true,
  IncludeOtherSubscription: true,
  IncludeRecurring: true,
  IncludeRefund: true,
  IncludeSubscription: true,
  IncludeSupport: true,
  IncludeTax: true,
  IncludeUpfront: true,
  UseAmortized: false,
  UseBlended: false,
};

/** Budgets are kept and read back; nothing is spent here, so none ever notifies. */
export const budgets: ServiceFactory<"budgets"> = (cloud) => {
  const records = new Collection<BudgetRecord>(join(cloud.dir, "budgets"), "budgets");
  const arn = (name: string | undefined) => `arn:aws:budgets::${cloud.accountId}:budget/${name}`;
  const find = (name: string | undefined): BudgetRecord => {
    const found = records.get(name ?? "");
    if (!found)
      throw new AwsError("NotFoundException", `Unable to get budget: ${name} - the budget doesn't exist.`);
    return found;
  };
  const byArn = (resource: string | undefined) => find((resource ?? "").split(":budget/")[1]);
  const save = (record: BudgetRecord): Record<string, never> => {
    records.set(record.budget.BudgetName ?? "", record);
    return {};
  };
  const described = (budget: Budget): Budget => ({
    CostTypes: EVERYTHING,
    CostFilters: {},
    CalculatedSpend: { ActualSpend: { Amount: "0.0", Unit: budget.BudgetLimit?.Unit ?? "USD" } },
    LastUpdatedTime: new Date(cloud.clock.now()),
    ...budget,
    TimePeriod: {
      Start: new Date(Date.UTC(2024, 0, 1)),
      End: new Date(Date.UTC(2087, 5, 15)),
      ...budget.TimePeriod,
    },
  });
  const of = (input: { BudgetName?: string | undefined }) => [arn(input.BudgetName)];
  const ofArn = (input: { ResourceARN?: string | undefined }) => [input.ResourceARN ?? ""];
  const view = ["budgets:ViewBudget"];
  const modify = ["budgets:ModifyBudget"];

  const createBudget: BudgetOperation<"CreateBudget"> = {
    actions: modify,
    resources: (input) => [arn(input.Budget?.BudgetName)],
    run: (input) => {
      const { Budget: budget, NotificationsWithSubscribers: notifications = [], ResourceTags = [] } = input;
      const name = budget?.BudgetName ?? "";
      if (records.has(name) || !budget)
        throw new AwsError(
          "DuplicateRecordException",
          `Error creating budget: ${name} - the budget already exists.`,
        );
      return save({
        budget: described(budget),
        notifications,
        tags: Object.fromEntries(ResourceTags.map((tag) => [tag.Key ?? "", tag.Value ?? ""])),
      });
    },
  };
  const describeBudget: BudgetOperation<"DescribeBudget"> = {
    actions: view,
    resources: of,
    run: (input) => ({ Budget: find(input.BudgetName).budget }),
  };
  const describeBudgets: BudgetOperation<"DescribeBudgets"> = {
    actions: view,
    run: () => ({ Budgets: records.values().map(({ budget }) => budget) }),
  };
  const updateBudget: BudgetOperation<"UpdateBudget"> = {
    actions: modify,
    resources: (input) => [arn(input.NewBudget?.BudgetName)],
    run: (input) => {
      const record = find(input.NewBudget?.BudgetName);
      if (input.NewBudget) record.budget = described(input.NewBudget);
      return save(record);
    },
  };
  const deleteBudget: BudgetOperation<"DeleteBudget"> = {
    actions: modify,
    resources: of,
    run: (input) => {
      find(input.BudgetName);
      records.delete(input.BudgetName ?? "");
      return {};
    },
  };
  const createNotification: BudgetOperation<"CreateNotification"> = {
    actions: modify,
    resources: of,
    run: (input) => {
      const record = find(input.BudgetName);
      if (record.notifications.some((one) => same(one.Notification, input.Notification)))
        throw new AwsError("DuplicateRecordException", "Notification already exists.");
      record.notifications.push({ Notification: input.Notification, Subscribers: input.Subscribers });
      return save(record);
    },
  };
  const deleteNotification: BudgetOperation<"DeleteNotification"> = {
    actions: modify,
    resources: of,
    run: (input) => {
      const record = find(input.BudgetName);
      record.notifications = record.notifications.filter(
        (one) => !same(one.Notification, input.Notification),
      );
      return save(record);
    },
  };
  const describeNotifications: BudgetOperation<"DescribeNotificationsForBudget"> = {
    actions: view,
    resources: of,
    run: (input) => ({
      Notifications: find(input.BudgetName).notifications.flatMap(({ Notification }) =>
        Notification ? [{ NotificationState: "OK" as const, ...Notification }] : [],
      ),
    }),
  };
  const describeSubscribers: BudgetOperation<"DescribeSubscribersForNotification"> = {
    actions: view,
    resources: of,
    run: (input) => ({
      Subscribers:
        find(input.BudgetName).notifications.find((one) => same(one.Notification, input.Notification))
          ?.Subscribers ?? [],
    }),
  };
  const listTags: BudgetOperation<"ListTagsForResource"> = {
    resources: ofArn,
    run: (input) => ({
      ResourceTags: Object.entries(byArn(input.ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  };
  const tagResource: BudgetOperation<"TagResource"> = {
    resources: ofArn,
    run: (input) => {
      const record = byArn(input.ResourceARN);
      for (const { Key = "", Value = "" } of input.ResourceTags ?? []) record.tags[Key] = Value;
      return save(record);
    },
  };
  const untagResource: BudgetOperation<"UntagResource"> = {
    resources: ofArn,
    run: (input) => {
      const record = byArn(input.ResourceARN);
      for (const key of input.ResourceTagKeys ?? []) delete record.tags[key];
      return save(record);
    },
  };
  return {
    name: "budgets",
    operations: {
      CreateBudget: createBudget,
      CreateNotification: createNotification,
      DeleteBudget: deleteBudget,
      DeleteNotification: deleteNotification,
      DescribeBudget: describeBudget,
      DescribeBudgets: describeBudgets,
      DescribeNotificationsForBudget: describeNotifications,
      DescribeSubscribersForNotification: describeSubscribers,
      ListTagsForResource: listTags,
      TagResource: tagResource,
      UntagResource: untagResource,
      UpdateBudget: updateBudget,
    },
  };
};
