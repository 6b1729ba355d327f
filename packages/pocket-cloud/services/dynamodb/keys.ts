import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../errors";
import type { Keys } from "./data/ordered-items";
import { contentOf, type Item, toStoredItem, typeOf } from "./data/value";
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
    refuseEmpty(name, value);
  }
  return stored;
}

/** Checks that an item has its key attributes, and that key attributes of indexes have the right type. */
export function checkItemKeys({ record, data }: Table, item: Item): void {
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
    refuseEmpty(name, value);
  }
  for (const index of [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes])
    for (const name of namesOf(keysOf(index.KeySchema))) {
      const value = item[name];
      const type = typeFor(record, name);
      if (value && typeOf(value) !== type)
        throw validationError(
          `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${index.IndexName}`,
        );
    }
}

function refuseEmpty(name: string, value: AttributeValue): void {
  const content = contentOf(value);
  const length = content instanceof Uint8Array ? content.byteLength : String(content).length;
  if (length === 0)
    throw validationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${typeOf(value) === "B" ? "binary" : "string"} value. Key: ${name}`,
    );
}

export const keyOfItem = (item: Item, keys: Keys): Item =>
  Object.fromEntries(namesOf(keys).map((name) => [name, item[name] as AttributeValue]));
