import { validationError } from "../../errors";
import { type Item, sizeOfItem, toStoredItem } from "./data/value";
import { Bindings, type Placeholders } from "./expressions/bindings";
import { withWriteExpressions } from "./expressions/legacy-writes";
import { checkOperands } from "./expressions/operand-checks";
import { parseCondition, parseUpdate } from "./expressions/parse";
import { projector } from "./expressions/projector";
import type { Table, TableStore } from "./store";

const MAX_ITEM_BYTES = 400 * 1024;

interface Request extends Placeholders {
  readonly Item?: Item | undefined;
  readonly Key?: Item | undefined;
  readonly Keys?: readonly Item[] | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
}

/**
 * The table of a request. When there is none, AWS tells the request's own mistakes first (dynalite's tests, which were
 * compared with AWS); requests to existing tables meet the same checks later.
 */
export function openChecked(
  store: TableStore,
  name: string | undefined,
  requests: readonly Request[],
): Table {
  try {
    return store.open(name);
  } catch (error) {
    for (const request of requests) checkRequest(request);
    throw error;
  }
}

export function checkItemSize(item: Item): void {
  if (sizeOfItem(item) > MAX_ITEM_BYTES)
    throw validationError("Item size has exceeded the maximum allowed size");
}

/** Checks of a request that need neither its table nor an item. */
export function checkRequest(request: Request): void {
  const input = withWriteExpressions(request);
  for (const item of [input.Item, input.Key, ...(input.Keys ?? [])]) if (item) toStoredItem(item);
  if (input.Item) checkItemSize(toStoredItem(input.Item));
  if (!input.Item && input.ConditionExpression === undefined && input.UpdateExpression === undefined) {
    projector(input);
    return;
  }
  const condition = parseCondition("ConditionExpression", input.ConditionExpression);
  const bindings = new Bindings(input, [condition, parseUpdate(input.UpdateExpression)]);
  if (condition) checkOperands(condition, bindings);
}
