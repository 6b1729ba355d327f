import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { Caller } from "../../caller";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { invalid } from "./store";

type Encrypted = Pick<
  FunctionConfiguration,
  "Environment" | "FunctionArn" | "FunctionName" | "KMSKeyArn" | "Role"
>;

const hasVariables = ({ Environment }: Encrypted): boolean =>
  Object.keys(Environment?.Variables ?? {}).length > 0;

const contextOf = ({ FunctionArn = "" }: Encrypted) => ({ "aws:lambda:FunctionArn": FunctionArn });

/** Lambda developer guide, "Securing Lambda environment variables": the rights of who creates or updates the function. */
const CONFIGURE = ["kms:CreateGrant", "kms:Encrypt"];

export function checkConfiguredKey(cloud: CloudContext, configuration: Encrypted, caller: Caller): void {
  const { KMSKeyArn: keyId } = configuration;
  if (!keyId || !hasVariables(configuration)) return;
  try {
    const encryptionContext = contextOf(configuration);
    cloud.keys().use({ service: "lambda", keyId, actions: CONFIGURE, caller, encryptionContext });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid(
      `Lambda was unable to configure your environment variables because the KMS key cannot be used. Please check your KMS key settings. KMS Exception: ${error.code} KMS Message: ${error.message}`,
    );
  }
}

/** Lambda API reference, Invoke: errors of KMS, all with status 502. */
const FAILURES: Readonly<Record<string, readonly [code: string, reason: string]>> = {
  AccessDeniedException: ["KMSAccessDeniedException", "KMS access was denied"],
  DisabledException: ["KMSDisabledException", "the KMS key used is disabled"],
  KMSInvalidStateException: [
    "KMSInvalidStateException",
    "the state of the KMS key used is not valid for Decrypt",
  ],
  NotFoundException: ["KMSNotFoundException", "the KMS key was not found"],
};

/** A new execution environment decrypts the function's variables with the rights of the function's role. */
export function checkRuntimeKey(cloud: CloudContext, configuration: Encrypted): void {
  const { KMSKeyArn: keyId, Role = "", FunctionName = "" } = configuration;
  if (!keyId || !hasVariables(configuration)) return;
  try {
    const caller = cloud.identities().assume(Role, FunctionName, "lambda.amazonaws.com");
    const encryptionContext = contextOf(configuration);
    cloud.keys().use({ service: "lambda", keyId, actions: ["kms:Decrypt"], caller, encryptionContext });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const [code, reason] = FAILURES[error.code] ?? [error.code, "KMS failed"];
    throw new AwsError(
      code,
      `Lambda was unable to decrypt the environment variables because ${reason}. Please check the function's KMS key settings. KMS Exception: ${error.code} KMS Message: ${error.message}`,
      502,
    );
  }
}
