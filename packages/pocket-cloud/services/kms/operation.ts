import type { Input, OperationName, Output } from "../../models";
import type { Operation } from "../../service";
import type { KeyStore } from "./store";

export type KmsOperation<O extends OperationName<"kms">> = Operation<Input<"kms", O>, Output<"kms", O>>;

/** The ARN of the key an input names; an unknown key is left to the operation to refuse. */
export const ofKey = (store: KeyStore) => (input: { KeyId?: string | undefined }) => {
  try {
    return [store.find(input.KeyId).metadata.Arn ?? "*"];
  } catch {
    return ["*"];
  }
};
