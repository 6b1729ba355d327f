import { AwsError } from "../../errors";
import type { Observers, Outcome } from "../../service";
import { roundedMillis } from "../shared/metrics";
import { type Input, tablesIn } from "./loading";
import type { TableStore } from "./store";

/** The throttle metric of each operation on items. */
const OPERATIONS = {
  BatchGetItem: "ReadThrottleEvents",
  BatchWriteItem: "WriteThrottleEvents",
  DeleteItem: "WriteThrottleEvents",
  GetItem: "ReadThrottleEvents",
  PutItem: "WriteThrottleEvents",
  Query: "ReadThrottleEvents",
  Scan: "ReadThrottleEvents",
  TransactGetItems: "ReadThrottleEvents",
  TransactWriteItems: "WriteThrottleEvents",
  UpdateItem: "WriteThrottleEvents",
} as const;

type OperationName = keyof typeof OPERATIONS;

const THROTTLED = /^(ProvisionedThroughputExceeded|Throttling|RequestLimitExceeded)(Exception)?$/;

interface ItemsOutput {
  readonly Count?: number | undefined;
  readonly UnprocessedItems?: Readonly<Record<string, readonly unknown[]>> | undefined;
}

export function dynamoObservers(store: TableStore): Observers<"dynamodb"> {
  const tablesOf = (input: Input): readonly string[] => [
    ...new Set(tablesIn(input).map((name) => store.nameOf(name))),
  ];
  const failed = (Operation: OperationName, tables: readonly string[], { code, status }: AwsError) => {
    if (THROTTLED.test(code))
      for (const TableName of tables) {
        store.report({ TableName, Operation }, { ThrottledRequests: 1 });
        store.report({ TableName }, { [OPERATIONS[Operation]]: 1 });
      }
    else if (code === "ConditionalCheckFailedException")
      for (const TableName of tables) store.report({ TableName }, { ConditionalCheckFailedRequests: 1 });
    else if (status >= 500)
      for (const TableName of tables) store.report({ TableName, Operation }, { SystemErrors: 1 });
    else store.report({}, { UserErrors: 1 });
  };
  const observe =
    (Operation: OperationName) =>
    ({ input, output, error, millis }: Outcome<object, object>) => {
      const tables = tablesOf(input as Input);
      if (error instanceof AwsError) return failed(Operation, tables, error);
      if (!output) return;
      const { Count, UnprocessedItems = {} } = output as ItemsOutput;
      const ReturnedItemCount = Operation === "Query" || Operation === "Scan" ? Count : undefined;
      for (const TableName of tables)
        store.report(
          { TableName, Operation },
          { SuccessfulRequestLatency: roundedMillis(millis), ReturnedItemCount },
        );
      for (const [name, { length }] of Object.entries(UnprocessedItems))
        store.report({ TableName: store.nameOf(name) }, { WriteThrottleEvents: length });
    };
  return Object.fromEntries(
    (Object.keys(OPERATIONS) as OperationName[]).map((operation) => [operation, observe(operation)]),
  );
}
