import type { AttributeValue, KeysAndAttributes, WriteRequest } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import { writeUnits } from "../capacity";
import { primaryText } from "../data/ordered-items";
import { type Item, sizeOfItem } from "../data/value";
import { Bindings } from "../expressions/bindings";
import { parseProjection } from "../expressions/parse";
import { project } from "../expressions/paths";
import { storedKey } from "../keys";
import { planDelete, planPut } from "../mutation";
import type { DynamoDb, DynamoDbOperation } from "../operation";

const LARGEST_ANSWER = 16 * 1024 * 1024;

const ofTables = (room: DynamoDb) => (input: { RequestItems?: Record<string, unknown> | undefined }) =>
  Object.keys(input.RequestItems ?? {}).map((name) => room.store.arn(room.store.nameOf(name)));

export const batchWriteItem = (room: DynamoDb): DynamoDbOperation<"BatchWriteItem"> => ({
  resources: ofTables(room),
  run: (input) => {
    const requests = Object.entries(input.RequestItems ?? {});
    const count = requests.reduce((sum, [, writes]) => sum + writes.length, 0);
    if (count === 0)
      throw validationError("The batch write request list for a table cannot be null or empty");
    if (count > 25)
      throw validationError(
        "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]",
      );
    const fault = room.cloud.faults.next("dynamodb", "BatchWriteItemEntry");
    const share = fault?.kind === "partial" ? fault.share : 0;
    const planned = requests.map(([name, writes]) => plan(room, name, writes, share));
    for (const { table, changes } of planned) table.data.write(changes);
    const left = planned.filter(({ unprocessed }) => unprocessed.length > 0);
    const level = input.ReturnConsumedCapacity ?? "NONE";
    return {
      UnprocessedItems: Object.fromEntries(left.map(({ name, unprocessed }) => [name, unprocessed])),
      ...(level !== "NONE" && {
        ConsumedCapacity: planned.map(({ name, units }) => ({ TableName: name, CapacityUnits: units })),
      }),
    };
  },
});

function plan(room: DynamoDb, name: string, writes: readonly WriteRequest[], share: number) {
  const table = room.store.open(name);
  const seen = new Set<string>();
  const unprocessed: WriteRequest[] = [];
  let units = 0;
  const changes = writes.flatMap((write) => {
    const { PutRequest, DeleteRequest } = write;
    if ((PutRequest === undefined) === (DeleteRequest === undefined))
      throw validationError(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
      );
    const mutation = PutRequest ? planPut(table, PutRequest) : planDelete(table, DeleteRequest ?? {});
    const key = primaryText(mutation.key, table.data.keys);
    if (seen.has(key)) throw validationError("Provided list of item keys contains duplicates");
    seen.add(key);
    units += writeUnits(mutation.after ? sizeOfItem(mutation.after) : 0);
    if (share === 0 || room.cloud.faults.random() >= share) return mutation.changes;
    unprocessed.push(write);
    return [];
  });
  return { name, table, changes, unprocessed, units };
}

export const batchGetItem = (room: DynamoDb): DynamoDbOperation<"BatchGetItem"> => ({
  resources: ofTables(room),
  run: (input) => {
    const requests = Object.entries(input.RequestItems ?? {});
    const count = requests.reduce((sum, [, { Keys = [] }]) => sum + Keys.length, 0);
    if (count === 0)
      throw validationError(
        "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
      );
    if (count > 100) throw validationError("Too many items requested for the BatchGetItem call");
    const Responses: Record<string, Record<string, AttributeValue>[]> = {};
    const UnprocessedKeys: Record<string, KeysAndAttributes> = {};
    let bytes = 0;
    for (const [name, request] of requests) {
      const { found, left } = read(room, name, request, (item) => {
        bytes += sizeOfItem(item);
        return bytes <= LARGEST_ANSWER;
      });
      Responses[name] = found;
      if (left.length > 0) UnprocessedKeys[name] = { ...request, Keys: left };
    }
    return { Responses, UnprocessedKeys };
  },
});

function read(room: DynamoDb, name: string, request: KeysAndAttributes, fits: (item: Item) => boolean) {
  const table = room.store.open(name);
  const projection =
    request.ProjectionExpression === undefined ? undefined : parseProjection(request.ProjectionExpression);
  const bindings = new Bindings(request, [projection]);
  const paths = projection?.tree.map((path) => bindings.path(path));
  const keys = (request.Keys ?? []).map((key) => storedKey(table, key));
  if (new Set(keys.map((key) => primaryText(key, table.data.keys))).size < keys.length)
    throw validationError("Provided list of item keys contains duplicates");
  const found: Record<string, AttributeValue>[] = [];
  const left: Record<string, AttributeValue>[] = [];
  for (const key of keys) {
    const item = table.data.get(key);
    if (!item) continue;
    if (fits(item)) found.push(paths ? project(item, paths) : item);
    else left.push(key);
  }
  return { found, left };
}
