import type {
  AttributeValue,
  ConsumedCapacity,
  KeysAndAttributes,
  WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import type { Operations } from "../../../service";
import { type Consumed, consume, ofTable, readUnits, sumOf, unitsOfWrite } from "../capacity";
import { conditionKeys } from "../condition-keys";
import { primaryText } from "../data/ordered-items";
import { type Item, sizeOfItem } from "../data/value";
import { projector } from "../expressions/projector";
import { namesOf, storedKey } from "../keys";
import { planDelete, planPut } from "../mutation";
import { openChecked } from "../request-checks";
import type { Table, TableStore } from "../store";

const MAX_WRITES = 25;
const MAX_READS = 100;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export function batchOperations(store: TableStore) {
  const resources = ({ RequestItems = {} }: { RequestItems?: Record<string, unknown> | undefined }) =>
    Object.keys(RequestItems).map((name) => store.arn(store.nameOf(name)));
  return {
    BatchWriteItem: {
      resources,
      context: ({ RequestItems = {}, ReturnConsumedCapacity }) =>
        conditionKeys(
          store,
          "write",
          Object.entries(RequestItems).flatMap(([TableName, writes]) =>
            writes.map(({ PutRequest, DeleteRequest }) => ({
              ...(PutRequest ?? DeleteRequest),
              TableName,
              ReturnConsumedCapacity,
            })),
          ),
        ),
      run: (input) => {
        const { RequestItems = {} } = input;
        const requests = Object.entries(RequestItems);
        const count = requests.reduce((sum, [, writes]) => sum + writes.length, 0);
        if (count > MAX_WRITES) throw validationError("Too many items requested for the BatchWriteItem call");
        const fault = store.cloud.faults.next("dynamodb", "BatchWriteItemEntry");
        const share = fault?.kind === "partial" ? fault.share : 0;
        const planned = requests.map(([name, writes]) => planWrites(store, name, writes, share));
        for (const { table, changes } of planned) table.data.write(changes);
        const ConsumedCapacity = planned.flatMap(
          ({ name, consumed }) => consume(store, "Write", input, name, sumOf(consumed)) ?? [],
        );
        const unprocessed = planned.filter((one) => one.unprocessed.length > 0);
        return {
          UnprocessedItems: Object.fromEntries(unprocessed.map((one) => [one.name, one.unprocessed])),
          ...(ConsumedCapacity.length > 0 && { ConsumedCapacity }),
        };
      },
    },
    BatchGetItem: {
      resources,
      context: ({ RequestItems = {}, ReturnConsumedCapacity }) =>
        conditionKeys(
          store,
          "read",
          Object.entries(RequestItems).map(([TableName, request]) => ({
            ...request,
            TableName,
            ReturnConsumedCapacity,
          })),
        ),
      run: (input) => {
        const { RequestItems = {} } = input;
        const requests = Object.entries(RequestItems);
        const count = requests.reduce((sum, [, { Keys = [] }]) => sum + Keys.length, 0);
        if (count > MAX_READS) throw validationError("Too many items requested for the BatchGetItem call");
        const Responses: Record<string, Record<string, AttributeValue>[]> = {};
        const UnprocessedKeys: Record<string, KeysAndAttributes> = {};
        const ConsumedCapacity: ConsumedCapacity[] = [];
        let bytes = 0;
        const fits = (item: Item) => {
          bytes += sizeOfItem(item);
          return bytes <= MAX_ANSWER_BYTES;
        };
        for (const [name, request] of requests) {
          const { items, unread, units } = read(store, name, request, fits);
          const consumed = consume(store, "Read", input, store.nameOf(name), ofTable(units));
          if (consumed) ConsumedCapacity.push(consumed);
          Responses[name] = items;
          if (unread.length > 0) UnprocessedKeys[name] = { ...request, Keys: unread };
        }
        return {
          Responses,
          UnprocessedKeys,
          ...(ConsumedCapacity.length > 0 && { ConsumedCapacity }),
        };
      },
    },
  } satisfies Operations<"dynamodb">;
}

/** Plans the writes to one table. An injected fault leaves a share of them unprocessed. */
function planWrites(store: TableStore, name: string, writes: readonly WriteRequest[], share: number) {
  const table = openChecked(
    store,
    name,
    writes.flatMap(({ PutRequest, DeleteRequest }) => PutRequest ?? DeleteRequest ?? []),
  );
  const seen = new Set<string>();
  const unprocessed: WriteRequest[] = [];
  const consumed: Consumed[] = [];
  const changes = writes.flatMap((write) => {
    const { PutRequest, DeleteRequest } = write;
    if ((PutRequest === undefined) === (DeleteRequest === undefined))
      throw validationError(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
      );
    if (PutRequest) checkBatchKey(table, PutRequest.Item);
    const mutation = PutRequest ? planPut(table, PutRequest) : planDelete(table, DeleteRequest ?? {});
    const key = primaryText(mutation.key, table.data.keys);
    if (seen.has(key)) throw validationError("Provided list of item keys contains duplicates");
    seen.add(key);
    if (share > 0 && store.cloud.faults.random() < share) {
      unprocessed.push(write);
      return [];
    }
    consumed.push(unitsOfWrite(table, mutation));
    return mutation.changes;
  });
  return { name: store.nameOf(name), table, changes, unprocessed, consumed };
}

/** A batch names a missing key in other words than PutItem (recorded by test_batch_write_not_matching_schema). */
function checkBatchKey(table: Table, item: Item = {}): void {
  if (namesOf(table.data.keys).some((name) => !(name in item)))
    throw validationError("The provided key element does not match the schema");
}

function read(store: TableStore, name: string, request: KeysAndAttributes, fits: (item: Item) => boolean) {
  const table = openChecked(store, name, [request]);
  const project = projector(request);
  const keys = (request.Keys ?? []).map((key) => storedKey(table, key));
  if (new Set(keys.map((key) => primaryText(key, table.data.keys))).size < keys.length)
    throw validationError("Provided list of item keys contains duplicates");
  const items: Record<string, AttributeValue>[] = [];
  const unread: Record<string, AttributeValue>[] = [];
  let units = 0;
  for (const key of keys) {
    const item = table.data.get(key);
    if (item && !fits(item)) unread.push(key);
    else {
      units += readUnits(item ? sizeOfItem(item) : 0, request.ConsistentRead);
      if (item) items.push(project(item));
    }
  }
  return { items, unread, units };
}
