import type { ReturnValue } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import type { Operations } from "../../../service";
import { consumedCapacity, readUnits, writeUnits } from "../capacity";
import { type Item, sizeOfItem } from "../data/value";
import { project } from "../expressions/paths";
import { projector } from "../expressions/projector";
import { storedKey } from "../keys";
import { type Mutation, planDelete, planPut, planUpdate, refuseLegacy } from "../mutation";
import type { Table, TableStore } from "../store";

/** The form of the item that a write returns. */
const returnedItem: Readonly<Record<ReturnValue, (mutation: Mutation) => Item | undefined>> = {
  NONE: () => undefined,
  ALL_OLD: ({ before }) => before,
  ALL_NEW: ({ after }) => after,
  UPDATED_OLD: ({ before, touched }) => before && project(before, touched),
  UPDATED_NEW: ({ after, touched }) => after && project(after, touched),
};

interface WriteInput {
  readonly TableName?: string | undefined;
  readonly ReturnValues?: ReturnValue | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
}

export function itemOperations(store: TableStore) {
  const resources = store.tableArns;
  const write = <In>(plan: (table: Table, input: In) => Mutation, returnValues: readonly ReturnValue[]) => ({
    resources,
    run: (input: In & WriteInput) => {
      const table = store.open(input.TableName);
      const mutation = plan(table, input);
      const { ReturnValues = "NONE" } = input;
      if (!returnValues.includes(ReturnValues)) throw validationError("Return values set to invalid value");
      const item = returnedItem[ReturnValues](mutation);
      table.data.write(mutation.changes);
      return {
        ...(item && Object.keys(item).length > 0 && { Attributes: item }),
        ...consumedCapacity(input, store.nameOf(input.TableName), writeUnits(sizeOf(mutation))),
      };
    },
  });
  return {
    PutItem: write(planPut, ["NONE", "ALL_OLD"]),
    DeleteItem: write(planDelete, ["NONE", "ALL_OLD"]),
    UpdateItem: write(planUpdate, ["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]),
    GetItem: {
      resources,
      run: (input) => {
        refuseLegacy(input);
        const table = store.open(input.TableName);
        const project = projector(input);
        const item = table.data.get(storedKey(table, input.Key));
        const units = readUnits(item ? sizeOfItem(item) : 0, input.ConsistentRead);
        return {
          ...(item && { Item: project(item) }),
          ...consumedCapacity(input, store.nameOf(input.TableName), units),
        };
      },
    },
  } satisfies Operations<"dynamodb">;
}

const sizeOf = ({ before, after, key }: Mutation): number =>
  Math.max(before ? sizeOfItem(before) : 0, sizeOfItem(after ?? key));
