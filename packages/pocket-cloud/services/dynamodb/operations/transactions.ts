import type { CancellationReason, ConsumedCapacity, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { AwsError, validationError } from "../../../errors";
import type { Call, Operations } from "../../../service";
import { type Consumed, consume, ofTable, readUnits, sumOf, TRANSACTION, unitsOfWrite } from "../capacity";
import { primaryText } from "../data/ordered-items";
import { sizeOfItem } from "../data/value";
import { projector } from "../expressions/projector";
import { storedKey } from "../keys";
import { type Mutation, planCheck, planDelete, planPut, planUpdate } from "../mutation";
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
        const planned = planAll(store, parsed);
        commit(planned);
        tokens.remember(token, entries, sizeOf(planned), now);
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
      run: (input) => {
        const { TransactItems = [] } = input;
        const units: [Table, Consumed][] = [];
        const Responses = TransactItems.map(({ Get = { TableName: undefined, Key: undefined } }) => {
          const table = store.open(Get.TableName);
          const project = projector(Get);
          const item = table.data.get(storedKey(table, Get.Key));
          units.push([table, ofTable(readUnits(item ? sizeOfItem(item) : 0, true) * TRANSACTION)]);
          return item ? { Item: project(item) } : {};
        });
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

type Entry = { readonly kind: keyof typeof kinds; readonly request: { TableName?: string | undefined } };

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

function authorize(store: TableStore, entries: readonly Entry[], call: Call): void {
  const needed = new Map<string, Set<Entry["request"]["TableName"]>>();
  for (const { kind, request } of entries) {
    const { action } = kinds[kind];
    const tables = needed.get(action) ?? new Set();
    needed.set(action, tables.add(request.TableName));
  }
  for (const [action, tables] of needed) {
    const arns = new Set([...tables].map((table) => store.arn(store.nameOf(table))));
    store.cloud.identities().authorize(call.caller, action, [...arns]);
  }
}

interface Planned {
  readonly table: Table;
  readonly mutation: Mutation;
}

function planAll(store: TableStore, entries: readonly Entry[]): Planned[] {
  const reasons: CancellationReason[] = [];
  const seen = new Set<string>();
  const tables = new Map<Entry["request"]["TableName"], Table>();
  const planned = entries.flatMap(({ kind, request }): Planned[] => {
    const table = tables.get(request.TableName) ?? store.open(request.TableName);
    tables.set(request.TableName, table);
    try {
      const mutation = kinds[kind].plan(table, request as never);
      const key = `${table.record.description.TableName}/${primaryText(mutation.key, table.data.keys)}`;
      if (seen.has(key))
        throw validationError("Transaction request cannot include multiple operations on one item");
      seen.add(key);
      reasons.push({ Code: "None" });
      return [{ table, mutation }];
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "ConditionalCheckFailedException") throw error;
      reasons.push({ Code: "ConditionalCheckFailed", Message: error.message, ...error.details });
      return [];
    }
  });
  if (planned.length < entries.length)
    throw new AwsError(
      "TransactionCanceledException",
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map((reason) => reason.Code).join(", ")}]`,
      400,
      { CancellationReasons: reasons },
    );
  return planned;
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
