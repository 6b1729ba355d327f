import type { Notification } from "@aws-sdk/client-budgets";
import { AwsError } from "../../errors";
import type { Operations } from "../../service";
import { type BudgetStore, MODIFY, VIEW } from "./store";

export const notificationOperations = (store: BudgetStore) =>
  ({
    CreateNotification: {
      actions: MODIFY,
      resources: store.arnsOf,
      run: ({ BudgetName, Notification, Subscribers }) => {
        const record = store.find(BudgetName);
        if (record.notifications.some((existing) => isSame(existing.Notification, Notification)))
          throw new AwsError("DuplicateRecordException", "Notification already exists.");
        record.notifications.push({ Notification, Subscribers });
        return store.save(record);
      },
    },
    DeleteNotification: {
      actions: MODIFY,
      resources: store.arnsOf,
      run: (input) => {
        const record = store.find(input.BudgetName);
        record.notifications = record.notifications.filter(
          ({ Notification }) => !isSame(Notification, input.Notification),
        );
        return store.save(record);
      },
    },
    DescribeNotificationsForBudget: {
      actions: VIEW,
      resources: store.arnsOf,
      run: ({ BudgetName }) => ({
        Notifications: store
          .find(BudgetName)
          .notifications.flatMap(({ Notification }) =>
            Notification ? [{ NotificationState: "OK" as const, ...Notification }] : [],
          ),
      }),
    },
    DescribeSubscribersForNotification: {
      actions: VIEW,
      resources: store.arnsOf,
      run: (input) => {
        const found = store
          .find(input.BudgetName)
          .notifications.find(({ Notification }) => isSame(Notification, input.Notification));
        return { Subscribers: found?.Subscribers ?? [] };
      },
    },
  }) satisfies Operations<"budgets">;

const isSame = (a: Notification | undefined, b: Notification | undefined): boolean =>
  a?.NotificationType === b?.NotificationType &&
  a?.ComparisonOperator === b?.ComparisonOperator &&
  a?.Threshold === b?.Threshold &&
  (a?.ThresholdType ?? "PERCENTAGE") === (b?.ThresholdType ?? "PERCENTAGE");
