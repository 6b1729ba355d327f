import type { AwsError } from "../../errors";

/** Error codes of the HTTP front in the JSON protocols, and their codes in the query protocol and in S3. */
const names: Readonly<
  Record<
    string,
    { readonly query: string; readonly s3: string; readonly s3Status?: number; readonly s3Message?: string }
  >
> = {
  AccessDeniedException: { query: "AccessDenied", s3: "AccessDenied" },
  ExpiredTokenException: { query: "ExpiredToken", s3: "ExpiredToken", s3Status: 400 },
  IncompleteSignatureException: {
    query: "IncompleteSignature",
    s3: "AuthorizationHeaderMalformed",
    s3Status: 400,
  },
  InternalFailure: { query: "InternalFailure", s3: "InternalError" },
  InvalidSignatureException: { query: "SignatureDoesNotMatch", s3: "SignatureDoesNotMatch" },
  MissingAuthenticationTokenException: {
    query: "MissingAuthenticationToken",
    s3: "AccessDenied",
    s3Message: "Access Denied",
  },
  NotImplementedException: { query: "NotImplemented", s3: "NotImplemented" },
  RequestTooLargeException: { query: "RequestEntityTooLarge", s3: "EntityTooLarge" },
  SerializationException: { query: "MalformedInput", s3: "InvalidArgument" },
  UnknownOperationException: { query: "InvalidAction", s3: "MethodNotAllowed", s3Status: 405 },
  UnrecognizedClientException: {
    query: "InvalidClientTokenId",
    s3: "InvalidAccessKeyId",
    s3Message: "The AWS Access Key Id you provided does not exist in our records.",
  },
  ValidationException: { query: "ValidationError", s3: "InvalidArgument" },
};

/**
 * Types that SQS states in JSON beside the code of its query protocol, for errors that its model lacks (recorded by
 * LocalStack's test_posting_to_fifo_requires_deduplicationid_group_id).
 */
const JSON_TYPES: Readonly<Record<string, string>> = {
  InvalidParameterValue: "InvalidParameterValueException",
  MissingParameter: "MissingRequiredParameterException",
};

export const jsonTypeOf = (queryCode: string): string =>
  Object.hasOwn(JSON_TYPES, queryCode) ? (JSON_TYPES[queryCode] ?? queryCode) : queryCode;

export const queryCodeOf = (code: string): string =>
  Object.hasOwn(names, code) ? (names[code]?.query ?? code) : code;

export function toS3Error({ code, status, message }: AwsError) {
  const name = Object.hasOwn(names, code) ? names[code] : undefined;
  return {
    code: name?.s3 ?? code,
    status: name?.s3Status ?? status,
    message: name?.s3Message ?? message,
  };
}
