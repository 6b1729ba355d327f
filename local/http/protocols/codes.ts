/** Errors of the front door have one meaning and three names. Code throws the first; protocols translate. */
const names: Readonly<
  Record<string, { readonly query: string; readonly s3: string; readonly s3Status?: number }>
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
  MissingAuthenticationTokenException: { query: "MissingAuthenticationToken", s3: "AccessDenied" },
  NotImplementedException: { query: "NotImplemented", s3: "NotImplemented" },
  RequestTooLargeException: { query: "RequestEntityTooLarge", s3: "EntityTooLarge" },
  SerializationException: { query: "MalformedInput", s3: "InvalidArgument" },
  UnknownOperationException: { query: "InvalidAction", s3: "MethodNotAllowed", s3Status: 405 },
  UnrecognizedClientException: { query: "InvalidClientTokenId", s3: "InvalidAccessKeyId" },
  ValidationException: { query: "ValidationError", s3: "InvalidArgument" },
};

export const queryCodeOf = (code: string): string =>
  Object.hasOwn(names, code) ? (names[code]?.query ?? code) : code;

export function s3CodeOf(code: string, status: number): { code: string; status: number } {
  const name = Object.hasOwn(names, code) ? names[code] : undefined;
  return { code: name?.s3 ?? code, status: name?.s3Status ?? status };
}
