import type { Operation, Operations } from "../../service";
import { accessDenied } from "./access";
import type { KeyStore } from "./store";

type Named = Readonly<Partial<Record<"KeyId" | "TargetKeyId" | "DestinationKeyId", string>>>;

/** The account may read the metadata and the policy of a key that AWS manages. */
const READS = /^(Describe|Get|List)/;

/**
 * Operations that refuse keys that AWS manages: "You cannot change any properties of AWS managed keys, rotate them, change
 * their key policies, or schedule them for deletion. And, you cannot use AWS managed keys in cryptographic operations
 * directly" (KMS developer guide, "AWS KMS keys"). The key policy decides, so this holds for the administrator too.
 */
export function refusingManagedKeys(store: KeyStore, operations: Operations<"kms">): Operations<"kms"> {
  const wrapped = Object.entries(operations as Readonly<Record<string, Operation<object, object>>>).map(
    ([name, operation]): [string, Operation<object, object>] => [
      name,
      READS.test(name)
        ? operation
        : {
            ...operation,
            run: (input, call) => {
              const { KeyId, TargetKeyId, DestinationKeyId } = input as Named;
              for (const reference of [KeyId, TargetKeyId, DestinationKeyId]) {
                const key = reference === undefined ? undefined : store.get(reference);
                if (key?.metadata.KeyManager === "AWS")
                  throw accessDenied(call.caller.arn, `kms:${name}`, key.metadata.Arn ?? "");
              }
              return operation.run(input, call);
            },
          },
    ],
  );
  return Object.fromEntries(wrapped) as Operations<"kms">;
}
