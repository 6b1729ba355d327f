import type { Budget } from "@aws-sdk/client-budgets";
import { AwsError } from "../../errors";
import type { Operations, ServiceFactory } from "../../service";
import { tagOperations, tagsFrom } from "../shared/tags";
import { notificationOperations } from "./notifications";
import { BudgetStore, MODIFY, VIEW } from "./store";

const DEFAULT_COST_TYPES = {
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

/** Stores budgets and returns them. This cloud has no costs, so no notification is ever sent. */
export const budgets: ServiceFactory<"budgets"> = (cloud) => {
  const store = new BudgetStore(cloud);
  return {
    name: "budgets",
    operations: { ...budgetOperations(store), ...notificationOperations(store), ...budgetTags(store) },
  };
};

function budgetOperations(store: BudgetStore) {
  const withDefaults = (budget: Budget): Budget => ({
    CostTypes: DEFAULT_COST_TYPES,
    CostFilters: {},
    CalculatedSpend: { ActualSpend: { Amount: "0.0", Unit: budget.BudgetLimit?.Unit ?? "USD" } },
    LastUpdatedTime: new Date(store.cloud.clock.now()),
    ...budget,
    TimePeriod: {
      Start: new Date(Date.UTC(2024, 0, 1)),
      End: new Date(Date.UTC(2087, 5, 15)),
      ...budget.TimePeriod,
    },
  });
  return {
    CreateBudget: {
      actions: MODIFY,
      resources: ({ Budget }) => [store.arn(Budget?.BudgetName)],
      run: ({ Budget: budget, NotificationsWithSubscribers: notifications = [], ResourceTags }) => {
        const name = budget?.BudgetName ?? "";
        if (!budget || store.records.has(name))
          throw new AwsError(
            "DuplicateRecordException",
            `Error creating budget: ${name} - the budget already exists.`,
          );
        return store.save({ budget: withDefaults(budget), notifications, tags: tagsFrom(ResourceTags) });
      },
    },
    DescribeBudget: {
      actions: VIEW,
      resources: store.arnsOf,
      run: ({ BudgetName }) => ({ Budget: store.find(BudgetName).budget }),
    },
    DescribeBudgets: {
      actions: VIEW,
      run: () => ({ Budgets: store.records.values().map(({ budget }) => budget) }),
    },
    UpdateBudget: {
      actions: MODIFY,
      resources: ({ NewBudget }) => [store.arn(NewBudget?.BudgetName)],
      run: ({ NewBudget }) => {
        const record = store.find(NewBudget?.BudgetName);
        if (NewBudget) record.budget = withDefaults(NewBudget);
        return store.save(record);
      },
    },
    DeleteBudget: {
      actions: MODIFY,
      resources: store.arnsOf,
      run: ({ BudgetName = "" }) => {
        store.find(BudgetName);
        store.records.delete(BudgetName);
        return {};
      },
    },
  } satisfies Operations<"budgets">;
}

function budgetTags(store: BudgetStore) {
  const { tag, untag, list } = tagOperations({
    resources: ({ ResourceARN = "" }: { ResourceARN?: string | undefined }) => [ResourceARN],
    find: ({ ResourceARN = "" }) => store.find(ResourceARN.split(":budget/")[1]),
    save: (record) => store.save(record),
  });
  return {
    TagResource: { ...tag, run: (input) => tag.run({ ...input, Tags: input.ResourceTags }) },
    UntagResource: { ...untag, run: (input) => untag.run({ ...input, TagKeys: input.ResourceTagKeys }) },
    ListTagsForResource: { ...list, run: (input) => ({ ResourceTags: list.run(input).Tags }) },
  } satisfies Operations<"budgets">;
}
