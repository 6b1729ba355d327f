import type { Operation, Operations } from "../../service";
import type { TableStore } from "./store";

/** The inputs of all operations that name tables. */
export interface Input {
  readonly TableName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName?: string } | undefined>>[];
}

/** Each table once: a transaction names its table in each of up to a hundred entries. */
export function tablesIn({ TableName, RequestItems = {}, TransactItems = [] }: Input): string[] {
  const names = new Set([TableName, ...Object.keys(RequestItems)]);
  for (const entry of TransactItems) for (const kind in entry) names.add(entry[kind]?.TableName);
  names.delete(undefined);
  return [...names] as string[];
}

/** Operations that first load the items of the tables they name: a large table takes seconds after a start. */
export function loadingFirst(store: TableStore, operations: Operations<"dynamodb">): Operations<"dynamodb"> {
  const wrapped = Object.entries(operations as Readonly<Record<string, Operation<object, object>>>).map(
    ([name, operation]): [string, Operation<object, object>] => [
      name,
      {
        ...operation,
        run: (input, call) => {
          const loading = store.load(tablesIn(input as Input));
          return loading ? loading.then(() => operation.run(input, call)) : operation.run(input, call);
        },
      },
    ],
  );
  return Object.fromEntries(wrapped) as Operations<"dynamodb">;
}
