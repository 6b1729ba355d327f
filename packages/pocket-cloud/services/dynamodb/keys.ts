import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../errors";
import type { Keys } from "./data/ordered-items";
import { type Item, toStoredItem, typeOf } from "./data/value";
import { keysOf, type Table, typeFor } from "./store";

export const namesOf = ({ hash, range }: Keys): string[] => (range === undefined ? [hash] : [hash, range]);

/** Checks the key of a Get, Update or Delete: exactly the key attributes, with their types. */
export function storedKey(table: Table, key: Item | undefined): Item {
  const names = namesOf(table.data.keys);
  const attributes = Object.keys(key ?? {});
  if (attributes.length !== names.length || names.some((name) => !attributes.includes(name)))
    throw validationError("The provided key element does not match the schema");
  const stored = toStoredItem(key ?? {});
  for (const name of names) {
    const value = stored[name] as AttributeValue;
    if (typeOf(value) !== typeFor(table.record, name))
      throw validationError("The provided key element does not match the schema");
    checkKeyValue(table, name, value);
  }
  return stored;
}

/** Checks that an item has its key attributes, and that key attributes of indexes have the right type. */
export function checkItemKeys(table: Table, item: Item, write: "put" | "update" = "put"): void {
  const { record, data } = table;
  const { GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = record.description;
  for (const name of namesOf(data.keys)) {
    const value = item[name];
    if (!value)
      throw validationError(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    const type = typeFor(record, name);
    if (typeOf(value) !== type)
      throw validationError(
        `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`,
      );
    checkKeyValue(table, name, value);
  }
  for (const index of [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes])
    for (const name of namesOf(keysOf(index.KeySchema))) {
      const value = item[name];
      const type = typeFor(record, name);
      if (value && typeOf(value) !== type)
        throw validationError(
          `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${index.IndexName}`,
        );
      if (value) checkKeySize(keysOf(index.KeySchema), name, value);
      if (value && isEmpty(value))
        throw validationError(
          write === "put"
            ? `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${noun(value)} value. IndexName: ${index.IndexName}, IndexKey: ${name}`
            : `One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty ${noun(value)} value.`,
        );
    }
}

const MAX_HASH_BYTES = 2048;
const MAX_RANGE_BYTES = 1024;

function checkKeyValue({ data }: Table, name: string, value: AttributeValue): void {
  checkNotEmpty(name, value);
  checkKeySize(data.keys, name, value);
}

/** The keys of an index have the limits of a table's. The texts are AWS's, with the missing space. */
function checkKeySize({ hash, range }: Keys, name: string, value: AttributeValue): void {
  const size = value.S === undefined ? (value.B?.byteLength ?? 0) : Buffer.byteLength(value.S);
  if (name === hash && size > MAX_HASH_BYTES)
    throw validationError(
      `One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of${MAX_HASH_BYTES} bytes`,
    );
  if (name === range && size > MAX_RANGE_BYTES)
    throw validationError(
      `One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of ${MAX_RANGE_BYTES} bytes`,
    );
}

export function checkNotEmpty(name: string, value: AttributeValue): void {
  if (isEmpty(value))
    throw validationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${noun(value)} value. Key: ${name}`,
    );
}

const isEmpty = (value: AttributeValue): boolean => value.S === "" || value.B?.byteLength === 0;
const noun = (value: AttributeValue): string => (value.B ? "binary" : "string");

export const keyOfItem = (item: Item, keys: Keys): Item =>
  Object.fromEntries(namesOf(keys).map((name) => [name, item[name] as AttributeValue]));
