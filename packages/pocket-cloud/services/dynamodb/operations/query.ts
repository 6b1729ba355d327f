import { createHash } from "node:crypto";
import type { AttributeValue, QueryInput, ScanInput } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import type { Operations } from "../../../service";
import { consumedCapacity, readUnits } from "../capacity";
import { type Keys, keyText, type OrderedItems } from "../data/ordered-items";
import { type Item, sizeOfItem, toStoredItem } from "../data/value";
import { Bindings } from "../expressions/bindings";
import { conditionHolds } from "../expressions/condition";
import { keyRange } from "../expressions/key-range";
import { parseCondition, parseProjection } from "../expressions/parse";
import { project } from "../expressions/paths";
import { keyOfItem, namesOf } from "../keys";
import { refuseLegacy } from "../mutation";
import { keysOf, type Table, type TableStore } from "../store";

const MAX_PAGE_BYTES = 1024 * 1024;

/** The table or index that a request reads. */
interface Source {
  readonly items: OrderedItems;
  /** The attributes that an index projects; undefined for all. */
  readonly projected: ReadonlySet<string> | undefined;
}

function sourceOf(table: Table, indexName: string | undefined, consistent: boolean | undefined): Source {
  if (indexName === undefined) return { items: table.data.main, projected: undefined };
  const { GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = table.record.description;
  const index = [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].find(
    (one) => one.IndexName === indexName,
  );
  const items = table.data.indexes.get(indexName);
  if (!index || !items) throw validationError(`The table does not have the specified index: ${indexName}`);
  if (consistent && GlobalSecondaryIndexes.some((one) => one.IndexName === indexName))
    throw validationError("Consistent reads are not supported on global secondary indexes");
  const { ProjectionType, NonKeyAttributes = [] } = index.Projection ?? {};
  if (ProjectionType === "ALL") return { items, projected: undefined };
  const keys = [...namesOf(keysOf(index.KeySchema)), ...namesOf(table.data.keys)];
  return { items, projected: new Set([...keys, ...(ProjectionType === "INCLUDE" ? NonKeyAttributes : [])]) };
}

type Common = QueryInput & ScanInput;

/** One page of the candidates: filtered, projected, and limited by count and size. */
function page(
  input: Common,
  candidates: Iterable<Item>,
  source: Source,
  keys: Keys,
  bindings: Bindings,
  parsed: ReturnType<typeof parse>,
) {
  const { filter, projection } = parsed;
  const paths = projection?.tree.map((path) => bindings.path(path));
  const found: Item[] = [];
  let [scanned, bytes] = [0, 0];
  let last: Item | undefined;
  let more = false;
  for (const item of candidates) {
    if ((input.Limit !== undefined && scanned >= input.Limit) || bytes >= MAX_PAGE_BYTES) {
      more = true;
      break;
    }
    const visible = source.projected ? pick(item, source.projected) : item;
    scanned++;
    bytes += sizeOfItem(visible);
    last = item;
    if (!filter || conditionHolds(filter.tree, visible, bindings))
      found.push(paths ? project(visible, paths) : visible);
  }
  // AWS stops at the limit without looking further, so it returns a last key even when no item follows.
  const stopped = more || (input.Limit !== undefined && scanned >= input.Limit);
  const names = { ...keyOfItem(last ?? {}, keys) };
  const lastKey = last && { ...names, ...keyOfItem(last, source.items.keys) };
  return {
    ...(input.Select === "COUNT" ? {} : { Items: found }),
    Count: found.length,
    ScannedCount: scanned,
    ...(stopped && lastKey && { LastEvaluatedKey: lastKey }),
    ...consumedCapacity(input, input.TableName ?? "", readUnits(bytes, input.ConsistentRead)),
  };
}

const pick = (item: Item, names: ReadonlySet<string>): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));

function parse(input: Common) {
  refuseLegacy(input);
  if (input.Limit !== undefined && input.Limit < 1)
    throw validationError(
      `1 validation error detected: Value '${input.Limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
  return {
    filter:
      input.FilterExpression === undefined
        ? undefined
        : parseCondition("FilterExpression", input.FilterExpression),
    projection:
      input.ProjectionExpression === undefined ? undefined : parseProjection(input.ProjectionExpression),
    key:
      input.KeyConditionExpression === undefined
        ? undefined
        : parseCondition("KeyConditionExpression", input.KeyConditionExpression),
  };
}

function startKey(input: Common, table: Table, source: Source): Item | undefined {
  if (!input.ExclusiveStartKey) return undefined;
  const key = toStoredItem(input.ExclusiveStartKey);
  const needed = new Set([...namesOf(table.data.keys), ...namesOf(source.items.keys)]);
  if (Object.keys(key).length !== needed.size || [...needed].some((name) => !key[name]))
    throw validationError("The provided starting key is invalid");
  return key;
}

export function queryOperations(store: TableStore) {
  const resources = ({ TableName, IndexName }: Pick<QueryInput, "TableName" | "IndexName">) => {
    const arn = store.arn(store.nameOf(TableName));
    return [IndexName === undefined ? arn : `${arn}/index/${IndexName}`];
  };
  return {
    Query: {
      resources,
      run: (input) => {
        const table = store.open(input.TableName);
        const parsed = parse(input);
        if (!parsed.key)
          throw validationError(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
          );
        const bindings = new Bindings(input, Object.values(parsed));
        const source = sourceOf(table, input.IndexName, input.ConsistentRead);
        const range = keyRange(parsed.key.tree, source.items.keys, bindings);
        const start = startKey(input, table, source);
        const forward = input.ScanIndexForward ?? true;
        const partition = source.items.partition(range.hash);
        const candidates = (forward ? partition : [...partition].reverse()).filter(
          (item) =>
            range.accepts(item) &&
            (!start || (forward ? source.items.isAfter(item, start) : source.items.isAfter(start, item))),
        );
        return page(input, candidates, source, table.data.keys, bindings, parsed);
      },
    },
    Scan: {
      resources,
      run: (input) => {
        const table = store.open(input.TableName);
        const parsed = parse(input);
        const bindings = new Bindings(input, Object.values(parsed));
        const source = sourceOf(table, input.IndexName, input.ConsistentRead);
        const all = source.items.from(startKey(input, table, source));
        const candidates = segmentOf(all, input, source.items.keys);
        return page(input, candidates, source, table.data.keys, bindings, parsed);
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
