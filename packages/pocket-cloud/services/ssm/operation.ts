import type { ParameterHistory } from "@aws-sdk/client-ssm";
import type { Input, OperationName, Output } from "../../models";
import type { Operation } from "../../service";
import { type ParameterStore, parseReference } from "./store";

export type SsmOperation<O extends OperationName<"ssm">> = Operation<Input<"ssm", O>, Output<"ssm", O>>;

export const ofName = (store: ParameterStore) => (input: { Name?: string | undefined }) => [
  store.arn(parseReference(input.Name).name),
];

/** A SecureString asked for without decryption shows its ciphertext. */
export const shownValue = (
  store: ParameterStore,
  version: ParameterHistory,
  decrypt: boolean | undefined,
): string =>
  version.Type === "SecureString" && decrypt
    ? store.unseal(version.Name ?? "", version.Value ?? "")
    : (version.Value ?? "");

export function page<T>(
  all: readonly T[],
  input: { NextToken?: string | undefined; MaxResults?: number | undefined },
  size: number,
) {
  const from = Number(input.NextToken ?? 0);
  const until = from + (input.MaxResults ?? size);
  return { items: all.slice(from, until), ...(until < all.length && { NextToken: String(until) }) };
}
