import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../errors";
import type { Keys } from "./data/ordered-items";
import { equal, type Item, toStoredItem, typeOf } from "./data/value";
import { conditionNames } from "./expressions/condition-names";
import type { KeyRange } from "./expressions/key-range";
import { projectedPaths } from "./expressions/projector";
import { namesOf } from "./keys";
import type { Read } from "./read";
import { typeFor } from "./store";

/** The start key of a page: the keys of the table and of the index, each of its type. */
export function startKey({ input: { ExclusiveStartKey }, keys, source, table }: Read): Item | undefined {
  if (!ExclusiveStartKey) return undefined;
  const key = toStoredItem(ExclusiveStartKey);
  const needed = new Set([...namesOf(keys), ...namesOf(source.items.keys)]);
  const fits = (name: string) => {
    const value = key[name];
    return value !== undefined && typeOf(value) === typeFor(table.record, name);
  };
  if (Object.keys(key).length !== needed.size || ![...needed].every(fits))
    throw validationError("The provided starting key is invalid");
  return key;
}

/** A start key must lie in the range that the query reads (recorded by dynalite's tests of ExclusiveStartKey). */
export function checkStart(start: Item, keys: Keys, { hash, accepts, onRange }: KeyRange): void {
  const samePartition = equal(start[keys.hash] as AttributeValue, hash);
  if (onRange && !accepts(start))
    throw validationError("The provided starting key does not match the range key predicate");
  if (samePartition) return;
  throw validationError(
    onRange
      ? "The query can return at most one row and cannot be restarted"
      : "The provided starting key is outside query boundaries based on provided conditions",
  );
}

/** A query filters after it has read by the keys (recorded by dynalite's tests of FilterExpression and QueryFilter). */
export function checkFilterNames({ filter, filterName, bindings, source }: Read): void {
  if (!filter) return;
  const names = conditionNames(filter.tree, bindings);
  const key = namesOf(source.items.keys).find((name) => names.has(name));
  if (key !== undefined)
    throw validationError(
      `${filterName} can only contain non-primary key attributes: Primary key attribute: ${key}`,
    );
}

/**
 * A global index returns only what it projects (AWS's answer: localstack issue 478), and no index filters by other
 * attributes (AWS's answer: dynamodb-onetable issue 377).
 */
export function checkProjected({ input, source, bindings, projection, filter }: Read): void {
  const { index, projected } = source;
  if (!index || !projected) return;
  const invalid = (reason: string) => validationError(`One or more parameter values were invalid: ${reason}`);
  const lacking = (names: Iterable<string>) => [...new Set(names)].filter((name) => !projected.has(name));
  const returned = (projectedPaths(input, projection, bindings) ?? []).map(([name]) => String(name));
  const unprojected = index.global ? lacking(returned) : [];
  if (unprojected.length > 0)
    throw invalid(`Global secondary index ${index.name} does not project [${unprojected.join(", ")}]`);
  const unfiltered = filter ? lacking(conditionNames(filter.tree, bindings)) : [];
  if (unfiltered.length > 0)
    throw invalid(
      `Secondary index ${index.name} does not project one or more filter attributes: [${unfiltered.join(", ")}]`,
    );
}
