import type { Context } from "./context";

type Place = Pick<Context, "partition" | "region" | "account">;

/**
 * SSM reads a secret of Secrets Manager under this name, so that a function needs one client for both.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
 */
export const secretReference = (secret: string): string => `/aws/reference/secretsmanager/${secret}`;

/** ARN of the parameter by which SSM reads a secret. */
export const secretParameter = (secret: string, { partition, region, account }: Place): string =>
  `arn:${partition}:ssm:${region}:${account}:parameter${secretReference(secret)}`;

/**
 * A secret's ARN ends with six random characters. AWS documents question marks for them: an asterisk would also match
 * secrets with longer names. https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
 */
export const readSecret = (secret: string, { partition, region, account }: Place): string =>
  `arn:${partition}:secretsmanager:${region}:${account}:secret:${secret}-??????`;
