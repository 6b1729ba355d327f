import { servicePrincipal } from "../../caller";
import { AwsError } from "../../errors";
import { invalidParameter } from "./errors";
import type { LogGroup, LogStore } from "./store";

/** CloudWatch Logs user guide, "Encrypt log data using AWS KMS": the key policy allows the service, not the caller. */
const ACTIONS = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"];

const MESSAGES: Readonly<Record<string, string>> = {
  NotFoundException: "The specified KMS Key Id could not be found.",
  DisabledException: "The specified KMS Key Id is disabled.",
  KMSInvalidStateException: "The specified KMS Key Id is pending deletion.",
};

function use(store: LogStore, group: string, keyId: string, actions: readonly string[]): void {
  const { region, accountId } = store.cloud;
  const arn = store.groupArn(group);
  store.cloud.keys().use({
    service: "logs",
    keyId,
    actions,
    caller: servicePrincipal(accountId, `logs.${region}.amazonaws.com`, arn),
    encryptionContext: { "aws:logs:arn": arn },
  });
}

/**
 * Refuses a key that is missing or disabled (CloudWatch Logs API, CreateLogGroup: InvalidParameterException; the text of
 * hashicorp/terraform#24194), or whose policy does not allow the service (hashicorp/terraform-provider-aws#29282).
 */
export function checkGroupKey(store: LogStore, group: string, keyId: string | undefined): void {
  if (keyId === undefined) return;
  try {
    use(store, group, keyId, ACTIONS);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const message = MESSAGES[error.code];
    if (message !== undefined) throw invalidParameter(`${message} '${group}'`);
    throw accessDenied(
      `The specified KMS key does not exist or is not allowed to be used with Arn '${store.groupArn(group)}'`,
    );
  }
}

/** † AWS documents that events cannot be read without the key; that they cannot be written either is not confirmed. */
export function checkEventsKey(store: LogStore, { name, kmsKeyId }: LogGroup, action: string): void {
  if (kmsKeyId === undefined) return;
  try {
    use(store, name, kmsKeyId, [action]);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw accessDenied(`The KMS key of the log group '${name}' cannot be used: ${error.message}`);
  }
}

const accessDenied = (message: string): AwsError => new AwsError("AccessDeniedException", message);
