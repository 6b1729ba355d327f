import type { Caller } from "../../caller";
import type { Operation, Operations } from "../../service";
import { useKey } from "../shared/customer-key";
import { type Input, tablesIn } from "./loading";
import type { TableStore } from "./store";

/** DynamoDB developer guide, "DynamoDB encryption at rest": what the creator of a table needs; keys come from grants later. */
const CREATE = [
  ...["CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo"],
].map((action) => `kms:${action}`);

/** A missing or unusable key of a new table: † the code is AWS's general one for parameters. */
const CODES = {
  NotFoundException: "ValidationException",
  DisabledException: "ValidationException",
  KMSInvalidStateException: "ValidationException",
};

const contextOf = ({ cloud }: TableStore, name: string) => ({
  "aws:dynamodb:tableName": name,
  "aws:dynamodb:subscriberId": cloud.accountId,
});

/** The ARN of the key for a new table. Throws when the caller may not encrypt a table with it. */
export function keyForTable(store: TableStore, name: string, keyId: string, caller: Caller): string {
  const encryptionContext = contextOf(store, name);
  return useKey(
    store.cloud,
    { service: "dynamodb", keyId, actions: CREATE, caller, encryptionContext },
    CODES,
  );
}

/** Operations on items, which need kms:Decrypt on the keys of their tables. */
export function usingKeys(store: TableStore, operations: Operations<"dynamodb">): Operations<"dynamodb"> {
  const wrapped = Object.entries(operations as Readonly<Record<string, Operation<object, object>>>).map(
    ([name, operation]): [string, Operation<object, object>] => [
      name,
      {
        ...operation,
        run: (input, call) => {
          for (const table of tablesIn(input as Input)) checkKey(store, store.nameOf(table), call.caller);
          return operation.run(input, call);
        },
      },
    ],
  );
  return Object.fromEntries(wrapped) as Operations<"dynamodb">;
}

function checkKey(store: TableStore, name: string, caller: Caller): void {
  const keyId = store.records.get(name)?.description.SSEDescription?.KMSMasterKeyArn;
  if (keyId === undefined) return;
  const encryptionContext = contextOf(store, name);
  useKey(
    store.cloud,
    { service: "dynamodb", keyId, actions: ["kms:Decrypt"], caller, encryptionContext },
    CODES,
  );
}
