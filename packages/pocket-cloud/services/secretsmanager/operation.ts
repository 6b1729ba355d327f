import { AwsError } from "../../errors";
import type { Input, OperationName, Output } from "../../models";
import type { Operation } from "../../service";
import type { SecretRecord, SecretStore, SecretVersion } from "./store";

export type SecretOperation<O extends OperationName<"secretsmanager">> = Operation<
  Input<"secretsmanager", O>,
  Output<"secretsmanager", O>
>;

export const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";
export const DAY = 86_400_000;

export const ofSecret = (store: SecretStore) => (input: { SecretId?: string | undefined }) => [
  store.lookUp(input.SecretId)?.arn ?? "*",
];

export const invalidRequest = (message: string) => new AwsError("InvalidRequestException", message);

export function live(store: SecretStore, id: string | undefined): SecretRecord {
  const secret = store.find(id);
  if (secret.deletedAt !== undefined)
    throw invalidRequest(
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  return secret;
}

export interface Content {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: Uint8Array | undefined;
  readonly ClientRequestToken?: string | undefined;
}

export function moveStage(secret: SecretRecord, stage: string, to: SecretVersion | undefined): void {
  const from = secret.versions.find((version) => version.stages.includes(stage));
  if (from) from.stages = from.stages.filter((one) => one !== stage);
  to?.stages.push(stage);
  if (stage === CURRENT && from && from !== to) moveStage(secret, PREVIOUS, from);
}
