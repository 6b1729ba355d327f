import type { ReturnValue } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import { consumed, readUnits, writeUnits } from "../capacity";
import { type Item, sizeOfItem } from "../data/value";
import { Bindings } from "../expressions/bindings";
import { parseProjection } from "../expressions/parse";
import { project } from "../expressions/paths";
import { storedKey } from "../keys";
import { type Mutation, planDelete, planPut, planUpdate, refuseLegacy } from "../mutation";
import type { DynamoDb, DynamoDbOperation } from "../operation";
import { ofTable } from "../operation";

/** Which form of the item a write answers with. */
const returned: Readonly<Record<ReturnValue, (mutation: Mutation) => Item | undefined>> = {
  NONE: () => undefined,
  ALL_OLD: ({ before }) => before,
  ALL_NEW: ({ after }) => after,
  UPDATED_OLD: ({ before, touched }) => before && project(before, touched),
  UPDATED_NEW: ({ after, touched }) => after && project(after, touched),
};

function attributes(mutation: Mutation, asked: ReturnValue | undefined, allowed: readonly ReturnValue[]) {
  const kind = asked ?? "NONE";
  if (!allowed.includes(kind)) throw validationError("Return values set to invalid value");
  const item = returned[kind](mutation);
  return item && Object.keys(item).length > 0 ? { Attributes: item } : {};
}

const sizeOf = ({ before, after, key }: Mutation): number =>
  Math.max(before ? sizeOfItem(before) : 0, after ? sizeOfItem(after) : sizeOfItem(key));

export const putItem = (room: DynamoDb): DynamoDbOperation<"PutItem"> => ({
  resources: ofTable(room),
  run: (input) => {
    const table = room.store.open(input.TableName);
    const mutation = planPut(table, input);
    const answer = attributes(mutation, input.ReturnValues, ["NONE", "ALL_OLD"]);
    table.data.write(mutation.changes);
    return {
      ...answer,
      ...consumed(input, room.store.nameOf(input.TableName), writeUnits(sizeOf(mutation))),
    };
  },
});

export const deleteItem = (room: DynamoDb): DynamoDbOperation<"DeleteItem"> => ({
  resources: ofTable(room),
  run: (input) => {
    const table = room.store.open(input.TableName);
    const mutation = planDelete(table, input);
    const answer = attributes(mutation, input.ReturnValues, ["NONE", "ALL_OLD"]);
    table.data.write(mutation.changes);
    return {
      ...answer,
      ...consumed(input, room.store.nameOf(input.TableName), writeUnits(sizeOf(mutation))),
    };
  },
});

export const updateItem = (room: DynamoDb): DynamoDbOperation<"UpdateItem"> => ({
  resources: ofTable(room),
  run: (input) => {
    const table = room.store.open(input.TableName);
    const mutation = planUpdate(table, input);
    const answer = attributes(mutation, input.ReturnValues, [
      "NONE",
      "ALL_OLD",
      "ALL_NEW",
      "UPDATED_OLD",
      "UPDATED_NEW",
    ]);
    table.data.write(mutation.changes);
    return {
      ...answer,
      ...consumed(input, room.store.nameOf(input.TableName), writeUnits(sizeOf(mutation))),
    };
  },
});

export const getItem = (room: DynamoDb): DynamoDbOperation<"GetItem"> => ({
  resources: ofTable(room),
  run: (input) => {
    refuseLegacy(input);
    const table = room.store.open(input.TableName);
    const projection =
      input.ProjectionExpression === undefined ? undefined : parseProjection(input.ProjectionExpression);
    const bindings = new Bindings(input, [projection]);
    const item = table.data.get(storedKey(table, input.Key));
    const shown =
      item && projection
        ? project(
            item,
            projection.tree.map((path) => bindings.path(path)),
          )
        : item;
    const units = readUnits(item ? sizeOfItem(item) : 0, input.ConsistentRead);
    return { ...(shown && { Item: shown }), ...consumed(input, room.store.nameOf(input.TableName), units) };
  },
});
