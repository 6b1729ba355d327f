import { isDeepStrictEqual } from "node:util";
import type { CancellationReason, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { AwsError, validationError } from "../../../errors";
import type { Call } from "../../../service";
import { primaryText } from "../data/ordered-items";
import { Bindings } from "../expressions/bindings";
import { parseProjection } from "../expressions/parse";
import { project } from "../expressions/paths";
import { storedKey } from "../keys";
import { type Mutation, planCheck, planDelete, planPut, planUpdate } from "../mutation";
import type { DynamoDb, DynamoDbOperation } from "../operation";
import type { Table } from "../store";

/** Each kind of entry: the right it needs, and how it is planned. */
const kinds = {
  Put: { action: "dynamodb:PutItem", plan: planPut },
  Update: { action: "dynamodb:UpdateItem", plan: planUpdate },
  Delete: { action: "dynamodb:DeleteItem", plan: planDelete },
  ConditionCheck: { action: "dynamodb:ConditionCheckItem", plan: planCheck },
} as const;
const names = Object.keys(kinds) as (keyof typeof kinds)[];

const TEN_MINUTES = 600_000;

export const transactWriteItems = (room: DynamoDb): DynamoDbOperation<"TransactWriteItems"> => {
  const tokens = new Map<string, { at: number; entries: readonly TransactWriteItem[] }>();
  return {
    actions: [],
    run: (input, call) => {
      const entries = input.TransactItems ?? [];
      if (entries.length < 1 || entries.length > 100)
        throw validationError(
          `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${entries.length < 1 ? "greater than or equal to 1" : "less than or equal to 100"}`,
        );
      const parts = entries.map(entryOf);
      authorize(room, parts, call);
      const now = room.cloud.clock.now();
      for (const [token, { at }] of tokens) {
        if (now - at < TEN_MINUTES) break;
        tokens.delete(token);
      }
      const before =
        input.ClientRequestToken === undefined ? undefined : tokens.get(input.ClientRequestToken);
      if (before) {
        if (isDeepStrictEqual(before.entries, entries)) return {};
        throw new AwsError(
          "IdempotentParameterMismatchException",
          "The request was rejected because it used an idempotency token that was already used with different parameters.",
        );
      }
      commit(planAll(room, parts));
      if (input.ClientRequestToken !== undefined) tokens.set(input.ClientRequestToken, { at: now, entries });
      return {};
    },
  };
};

type Entry = { readonly kind: keyof typeof kinds; readonly request: { TableName?: string | undefined } };

function entryOf(item: TransactWriteItem): Entry {
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

function authorize(room: DynamoDb, entries: readonly Entry[], call: Call): void {
  const needed = new Map<string, Set<string>>();
  for (const { kind, request } of entries) {
    const { action } = kinds[kind];
    const arns = needed.get(action) ?? new Set();
    needed.set(action, arns.add(room.store.arn(room.store.nameOf(request.TableName))));
  }
  for (const [action, arns] of needed) room.cloud.identities().authorize(call.caller, action, [...arns]);
}

interface Planned {
  readonly table: Table;
  readonly mutation: Mutation;
}

function planAll(room: DynamoDb, entries: readonly Entry[]): Planned[] {
  const reasons: CancellationReason[] = [];
  const seen = new Set<string>();
  const planned = entries.flatMap(({ kind, request }): Planned[] => {
    const table = room.store.open(request.TableName);
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

/** One write per table: within a table a transaction is on disk whole or not at all. */
function commit(planned: readonly Planned[]): void {
  const tables = new Map<Table["data"], Mutation["changes"][number][]>();
  for (const { table, mutation } of planned) {
    const changes = tables.get(table.data) ?? [];
    changes.push(...mutation.changes);
    tables.set(table.data, changes);
  }
  for (const [data, changes] of tables) data.write(changes);
}

export const transactGetItems = (room: DynamoDb): DynamoDbOperation<"TransactGetItems"> => ({
  actions: ["dynamodb:GetItem"],
  resources: (input) =>
    (input.TransactItems ?? []).map(({ Get }) => room.store.arn(room.store.nameOf(Get?.TableName))),
  run: (input) => ({
    Responses: (input.TransactItems ?? []).map(({ Get = { TableName: undefined, Key: undefined } }) => {
      const table = room.store.open(Get.TableName);
      const projection =
        Get.ProjectionExpression === undefined ? undefined : parseProjection(Get.ProjectionExpression);
      const bindings = new Bindings(Get, [projection]);
      const item = table.data.get(storedKey(table, Get.Key));
      if (!item) return {};
      return {
        Item: projection
          ? project(
              item,
              projection.tree.map((path) => bindings.path(path)),
            )
          : item,
      };
    }),
  }),
});
