import { createHash } from "node:crypto";
import type { AttributeValue, QueryInput, ScanInput } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import type { Operations } from "../../../service";
import { consume, ofTable, pick, readUnits } from "../capacity";
import { conditionKeys, type KeyedRequest } from "../condition-keys";
import { type Keys, keyText } from "../data/ordered-items";
import { type Item, sizeOfItem } from "../data/value";
import type { Condition, Path } from "../expressions/ast";
import { Bindings } from "../expressions/bindings";
import { conditionHolds } from "../expressions/condition";
import { keyRange } from "../expressions/key-range";
import { withExpressions } from "../expressions/legacy";
import { checkOperands } from "../expressions/operand-checks";
import { parseCondition, parseProjection } from "../expressions/parse";
import { project } from "../expressions/paths";
import { projectedPaths, refuseBoth } from "../expressions/projector";
import { keyOfItem } from "../keys";
import { checkFilterNames, checkProjected, checkStart, startKey } from "../query-checks";
import type { Read, ReadInput, Source } from "../read";
import { type Table, type TableStore, typeFor } from "../store";
import { indexesOf } from "../table-indexes";

const MAX_PAGE_BYTES = 1024 * 1024;

function sourceOf(table: Table, indexName: string | undefined, consistent: boolean | undefined): Source {
  if (indexName === undefined) return { items: table.data.main, projected: undefined, index: undefined };
  const index = indexesOf(table).find(({ name }) => name === indexName);
  if (!index) throw validationError(`The table does not have the specified index: ${indexName}`);
  if (consistent && index.global)
    throw validationError("Consistent reads are not supported on global secondary indexes");
  return { ...index, index };
}

function prepare(store: TableStore, request: ReadInput, needsCondition: boolean): Read {
  checkSelect(request);
  const legacy = request.KeyConditions ?? request.QueryFilter ?? request.ScanFilter;
  if (!legacy) refuseBoth(request);
  const input = withExpressions(request);
  const filter = parseCondition("FilterExpression", input.FilterExpression);
  const projection = parseProjection(input.ProjectionExpression);
  const condition = parseCondition("KeyConditionExpression", input.KeyConditionExpression);
  if (needsCondition && !condition)
    throw validationError(
      "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
    );
  const bindings = new Bindings(input, [filter, projection, condition]);
  for (const each of [condition, filter]) if (each) checkOperands(each, bindings);
  // Like AWS, after the request's own mistakes.
  const table = store.open(request.TableName);
  const source = sourceOf(table, input.IndexName, input.ConsistentRead);
  if (input.Select === "ALL_ATTRIBUTES" && source.index?.global && source.projected)
    throw validationError(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${input.IndexName} because its projection type is not ALL`,
    );
  const { keys } = table.data;
  const filterName = request.QueryFilter ? "QueryFilter" : "Filter Expression";
  const read = { input, table, source, keys, bindings, condition, filter, filterName, projection };
  checkProjected(read);
  return read;
}

/** How Select goes with the parameters that choose attributes. */
function checkSelect({ Select, IndexName, AttributesToGet, ProjectionExpression }: ReadInput): void {
  if (Select === undefined) return;
  if (Select === "ALL_PROJECTED_ATTRIBUTES" && IndexName === undefined)
    throw validationError("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  const chosen = AttributesToGet
    ? "AttributesToGet"
    : ProjectionExpression !== undefined
      ? "ProjectionExpression"
      : undefined;
  if (Select === "SPECIFIC_ATTRIBUTES" && !chosen)
    throw validationError(
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    );
  if (Select !== "SPECIFIC_ATTRIBUTES" && chosen)
    throw validationError(
      `Cannot specify the ${chosen} when choosing to get ${Select === "COUNT" ? "only the Count" : Select}`,
    );
}

/** One page of the candidates: filtered, projected, and limited by count and size. */
function page(store: TableStore, read: Read, candidates: Iterable<Item>) {
  const { input, source, keys, bindings, filter, projection } = read;
  const { Limit = Number.POSITIVE_INFINITY } = input;
  const paths = projectedPaths(input, projection, bindings);
  const whole = fetchesItems(read, paths);
  const found: Item[] = [];
  let [scanned, bytes, fetched] = [0, 0, 0];
  let last: Item | undefined;
  let more = false;
  for (const item of candidates) {
    if (scanned >= Limit || bytes >= MAX_PAGE_BYTES) {
      more = true;
      break;
    }
    const visible = pick(item, source.projected);
    scanned++;
    bytes += sizeOfItem(visible);
    last = item;
    if (filter && !conditionHolds(filter.tree, visible, bindings)) continue;
    const returned = whole ? item : visible;
    if (whole) fetched += readUnits(sizeOfItem(item), input.ConsistentRead);
    found.push(paths ? project(returned, paths) : returned);
  }
  const units = readUnits(bytes, input.ConsistentRead);
  const consumed = source.index ? { table: fetched, indexes: [{ ...source.index, units }] } : ofTable(units);
  const ConsumedCapacity = consume(store, "Read", input, store.nameOf(input.TableName), consumed);
  // AWS stops at the limit without looking further, so it returns a last key even when no item follows.
  const stopped = more || scanned >= Limit;
  return {
    ...(input.Select === "COUNT" ? {} : { Items: found }),
    Count: found.length,
    ScannedCount: scanned,
    ...(stopped &&
      last && { LastEvaluatedKey: { ...keyOfItem(last, keys), ...keyOfItem(last, source.items.keys) } }),
    ...(ConsumedCapacity && { ConsumedCapacity }),
  };
}

/**
 * A local index returns attributes that it does not project too: the item is read from the table, which consumes the
 * table's capacity (DynamoDB developer guide, "Local Secondary Indexes", "Fetches").
 */
function fetchesItems({ input, source }: Read, paths: readonly Path[] | undefined): boolean {
  const { index, projected } = source;
  if (!index || index.global || !projected || input.Select === "COUNT") return false;
  if (!paths) return input.Select === "ALL_ATTRIBUTES";
  return paths.some(([name]) => !projected.has(String(name)));
}

/** The items of a partition that the key condition accepts, in the order of the query, after the start key. */
function inRange(read: Read, tree: Condition): Item[] {
  const { input, bindings, table } = read;
  const { items } = read.source;
  const range = keyRange(tree, items.keys, bindings, (name) => typeFor(table.record, name));
  const { hash, accepts } = range;
  const start = startKey(read);
  if (start) checkStart(start, items.keys, range);
  checkFilterNames(read);
  const forward = input.ScanIndexForward ?? true;
  const partition = items.partition(hash);
  return (forward ? partition : [...partition].reverse()).filter(
    (item) =>
      accepts(item) && (!start || (forward ? items.isAfter(item, start) : items.isAfter(start, item))),
  );
}

export function queryOperations(store: TableStore) {
  const resources = ({ TableName, IndexName }: Pick<QueryInput, "TableName" | "IndexName">) => {
    const arn = store.arn(store.nameOf(TableName));
    return [IndexName === undefined ? arn : `${arn}/index/${IndexName}`];
  };
  const context = (input: KeyedRequest) => conditionKeys(store, "read", [input]);
  return {
    Query: {
      resources,
      context,
      run: (input) => {
        const read = prepare(store, input, true);
        return page(store, read, read.condition ? inRange(read, read.condition.tree) : []);
      },
    },
    Scan: {
      resources,
      context,
      run: (input) => {
        const read = prepare(store, input, false);
        const { items } = read.source;
        return page(store, read, segmentOf(items.from(startKey(read)), input, items.keys));
      },
    },
  } satisfies Operations<"dynamodb">;
}

function segmentOf(items: Iterable<Item>, input: ScanInput, keys: Keys): Iterable<Item> {
  const { Segment, TotalSegments } = input;
  if (Segment === undefined && TotalSegments === undefined) return items;
  if (Segment === undefined || TotalSegments === undefined)
    throw validationError(
      "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    );
  if (Segment >= TotalSegments)
    throw validationError(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    );
  return inSegment(items, Segment, TotalSegments, keys);
}

function* inSegment(items: Iterable<Item>, segment: number, total: number, keys: Keys): Generator<Item> {
  for (const item of items) {
    const hash = createHash("md5")
      .update(keyText(item[keys.hash] as AttributeValue))
      .digest();
    if (hash.readUInt32BE(0) % total === segment) yield item;
  }
}
