import type { AwsError } from "../../errors";

/** Errors of the framework that AWS's services are built with. */
const FRAMEWORK: ReadonlySet<string> = new Set([
  "AccessDeniedException",
  "IncompleteSignatureException",
  "InvalidSignatureException",
  "MissingAuthenticationTokenException",
  "SerializationException",
  "UnknownOperationException",
  "UnrecognizedClientException",
]);

/** DynamoDB states the namespace of an error, and the SDKs cut it off (recorded from AWS by dynalite's tests). */
const DYNAMODB_NAMESPACES: Readonly<Record<string, string>> = {
  ValidationException: "com.amazon.coral.validate",
  ThrottlingException: "com.amazon.coral.availability",
};

const isDynamoDb = (service: string | undefined): boolean => service?.startsWith("dynamodb") ?? false;

/** The __type of an error's JSON. */
export function typeOf(code: string, service: string | undefined): string {
  if (!isDynamoDb(service)) return code;
  const namespace =
    DYNAMODB_NAMESPACES[code] ??
    (FRAMEWORK.has(code) ? "com.amazon.coral.service" : "com.amazonaws.dynamodb.v20120810");
  return `${namespace}#${code}`;
}

/**
 * The message of an error's JSON. DynamoDB and Kinesis spell its name by the error (recorded from AWS by the tests of dynalite
 * and kinesalite). Of other services both spellings are sent, because old clients read only one of the two.
 */
export function messageOf({ code, message }: AwsError, service: string | undefined): object {
  if (message === "") return {};
  if (!isDynamoDb(service) && service !== "kinesis") return { message, Message: message };
  return code === "SerializationException" || code === "AccessDeniedException"
    ? { Message: message }
    : { message };
}
