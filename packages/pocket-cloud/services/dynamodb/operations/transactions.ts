import type { CancellationReason, ConsumedCapacity, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { AwsError, validationError } from "../../../errors";
import type { Call, Operations } from "../../../service";
import { type Consumed, consume, ofTable, readUnits, sumOf, TRANSACTION, unitsOfWrite } from "../capacity";
import { conditionKeys } from "../condition-keys";
import { primaryText } from "../data/ordered-items";
import { type Item, sizeOfItem } from "../data/value";
import { projector } from "../expressions/projector";
import { checkNotEmpty, namesOf, storedKey } from "../keys";
import { type Mutation, planCheck, planDelete, planPut, planUpdate } from "../mutation";
import { checkRequest } from "../request-checks";
import type { Table, TableStore } from "../store";
import { TransactionTokens } from "../transaction-tokens";

/** The IAM action of each kind of entry, and how its write is planned. */
const kinds = {
  Put: { action: "dynamodb:PutItem", plan: planPut },
  Update: { action: "dynamodb:UpdateItem", plan: planUpdate },
  Delete: { action: "dynamodb:DeleteItem", plan: planDelete },
  ConditionCheck: { action: "dynamodb:ConditionCheckItem", plan: planCheck },
} as const;
const names = Object.keys(kinds) as (keyof typeof kinds)[];

export function transactionOperations(store: TableStore) {
  const tokens = new TransactionTokens();
  return {
    TransactWriteItems: {
      actions: [],
      run: (input, call) => {
        const { TransactItems: entries = [], ClientRequestToken: token } = input;
        const parsed = entries.map(parseEntry);
        authorize(store, parsed, call);
        const now = store.cloud.clock.now();
        if (tokens.isRepeated(token, entries, now)) return {};
        const planned = planChecked(store, parsed);
        const size = sizeOf(planned);
        checkTransactionSize(size);
        commit(planned);
        tokens.remember(token, entries, size, now);
        const units = planned.map(({ table, mutation }): readonly [Table, Consumed] => [
          table,
          unitsOfWrite(table, mutation, TRANSACTION),
        ]);
        return consumeByTable(store, "Write", input, units);
      },
    },
    TransactGetItems: {
      actions: ["dynamodb:GetItem"],
      resources: ({ TransactItems = [] }) =>
        TransactItems.map(({ Get }) => store.arn(store.nameOf(Get?.TableName))),
      context: ({ TransactItems = [] }) => ({
        ...conditionKeys(
          store,
          "read",
          TransactItems.map(({ Get }) => Get ?? {}),
        ),
        "dynamodb:EnclosingOperation": "TransactGetItems",
      }),
      run: (input) => {
        const gets = (input.TransactItems ?? []).map(
          ({ Get = { TableName: undefined, Key: undefined } }) => Get,
        );
        const projectors = gets.map(projector);
        const found = gets.map((Get) => ({ table: store.open(Get.TableName), given: Get.Key }));
        refuseRepeated(found);
        const items = orCancelled(found, ({ table, given }) => table.data.get(storedKey(table, given)));
        const sizes = items.map((item) => (item ? sizeOfItem(item) : 0));
        checkTransactionSize(sizes.reduce((sum, size) => sum + size, 0));
        const units = found.map(({ table }, at): readonly [Table, Consumed] => [
          table,
          ofTable(readUnits(sizes[at] ?? 0, true) * TRANSACTION),
        ]);
        const Responses = items.map((item, at) => (item ? { Item: projectors[at]?.(item) } : {}));
        return { Responses, ...consumeByTable(store, "Read", input, units) };
      },
    },
  } satisfies Operations<"dynamodb">;
}

function consumeByTable(
  store: TableStore,
  kind: "Read" | "Write",
  input: { readonly ReturnConsumedCapacity?: string | undefined },
  units: readonly (readonly [Table, Consumed])[],
): { ConsumedCapacity?: ConsumedCapacity[] } {
  const tables = new Set(units.map(([table]) => table.record.description.TableName ?? ""));
  const described = [...tables].flatMap((name) => {
    const own = units.filter(([table]) => table.record.description.TableName === name);
    return consume(store, kind, input, name, sumOf(own.map(([, consumed]) => consumed))) ?? [];
  });
  return described.length > 0 ? { ConsumedCapacity: described } : {};
}

interface Entry {
  readonly kind: keyof typeof kinds;
  readonly request: {
    readonly TableName?: string | undefined;
    readonly Key?: Item | undefined;
    readonly Item?: Item | undefined;
  };
}

function parseEntry(item: TransactWriteItem): Entry {
  let kind: Entry["kind"] | undefined;
  let count = 0;
  for (const name of names) {
    if (item[name] === undefined) continue;
    kind = name;
    count++;
  }
  if (count !== 1 || kind === undefined)
    throw validationError("TransactItems can only contain one of Check, Put, Update or Delete");
  return { kind, request: item[kind] ?? {} };
}

/** Authorizes the entries of each action on each table together. */
function authorize(store: TableStore, entries: readonly Entry[], call: Call): void {
  const needed = new Map<string, { action: string; arn: string; requests: Entry["request"][] }>();
  for (const { kind, request } of entries) {
    const { action } = kinds[kind];
    const arn = store.arn(store.nameOf(request.TableName));
    const known = needed.get(`${action} ${arn}`);
    if (known) known.requests.push(request);
    else needed.set(`${action} ${arn}`, { action, arn, requests: [request] });
  }
  for (const { action, arn, requests } of needed.values())
    store.cloud.identities().authorize(call.caller, action, [arn], () => ({
      ...conditionKeys(store, "write", requests),
      "dynamodb:EnclosingOperation": "TransactWriteItems",
    }));
}

interface Planned {
  readonly table: Table;
  readonly mutation: Mutation;
}

interface Target {
  readonly table: Table;
  /** The key, or the item that has it. */
  readonly given: Item | undefined;
}

/** AWS tells mistakes of the requests themselves before it opens a table or begins the transaction. */
function planChecked(store: TableStore, entries: readonly Entry[]): Planned[] {
  try {
    return planAll(store, entries);
  } catch (error) {
    for (const { request } of entries) checkRequest(request);
    throw error;
  }
}

function planAll(store: TableStore, entries: readonly Entry[]): Planned[] {
  const tables = new Map<Entry["request"]["TableName"], Table>();
  const targets = entries.map(({ kind, request }) => {
    const table = tables.get(request.TableName) ?? store.open(request.TableName);
    tables.set(request.TableName, table);
    return { kind, request, table, given: request.Key ?? request.Item };
  });
  refuseRepeated(targets);
  return orCancelled(targets, ({ kind, request, table }) => ({
    table,
    mutation: kinds[kind].plan(table, request as never),
  }));
}

/** Empty keys and repeated items are refused before the transaction begins. */
function refuseRepeated(targets: readonly Target[]): void {
  const seen = new Set<string>();
  for (const { table, given } of targets) {
    const { keys } = table.data;
    const names = namesOf(keys);
    for (const name of names) if (given?.[name]) checkNotEmpty(name, given[name]);
    if (!given || names.some((name) => given[name] === undefined)) continue;
    const key = `${table.record.description.TableName}/${primaryText(given, keys)}`;
    if (seen.has(key))
      throw validationError("Transaction request cannot include multiple operations on one item");
    seen.add(key);
  }
}

/** Does a step for each entry. When some fail, the transaction is cancelled with a reason for each entry. */
function orCancelled<T, R>(entries: readonly T[], step: (entry: T) => R): R[] {
  const reasons: CancellationReason[] = [];
  const results: R[] = [];
  for (const entry of entries)
    try {
      results.push(step(entry));
      reasons.push({ Code: "None" });
    } catch (error) {
      const code = error instanceof AwsError ? REASONS[error.code] : undefined;
      if (code === undefined) throw error;
      const { message, details } = error as AwsError;
      reasons.push({ Code: code, Message: message, ...details });
    }
  if (results.length === entries.length) return results;
  throw new AwsError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map((reason) => reason.Code).join(", ")}]`,
    400,
    { CancellationReasons: reasons },
  );
}

/**
 * What depends on the table or the item cancels a transaction (DynamoDB API reference, TransactionCanceledException;
 * recorded by paritysuite's transactWriteItems.test.ts and transactGetItems.test.ts).
 */
const REASONS: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: "ConditionalCheckFailed",
  ValidationException: "ValidationError",
};

const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

/** DynamoDB API reference, TransactWriteItems and TransactGetItems. AWS's own text is not recorded. */
function checkTransactionSize(bytes: number): void {
  if (bytes > MAX_TRANSACTION_BYTES)
    throw validationError("The aggregate size of the items in the transaction exceeds 4 MB");
}

const sizeOf = (planned: readonly Planned[]): number =>
  planned.reduce((sum, { mutation }) => sum + sizeOfItem(mutation.after ?? mutation.key), 0);

/** Writes once per table: within a table, a transaction is on disk as a whole or not at all. */
function commit(planned: readonly Planned[]): void {
  const tables = new Map<Table["data"], Mutation["changes"][number][]>();
  for (const { table, mutation } of planned) {
    const changes = tables.get(table.data) ?? [];
    changes.push(...mutation.changes);
    tables.set(table.data, changes);
  }
  for (const [data, changes] of tables) data.write(changes);
}
