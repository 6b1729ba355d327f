import { AwsError } from "../../errors";

/** Errors of S3 with AWS's codes, messages and statuses. */
const simple =
  (code: string, status: number, message: string) =>
  (details: Readonly<Record<string, unknown>> = {}): AwsError =>
    new AwsError(code, message, status, details);

export const s3Errors = {
  noSuchBucket: simple("NoSuchBucket", 404, "The specified bucket does not exist"),
  noSuchKey: simple("NoSuchKey", 404, "The specified key does not exist."),
  noSuchVersion: simple("NoSuchVersion", 404, "The specified version does not exist."),
  noSuchUpload: simple(
    "NoSuchUpload",
    404,
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
  ),
  invalidBucketName: simple("InvalidBucketName", 400, "The specified bucket is not valid."),
  bucketNotEmpty: simple("BucketNotEmpty", 409, "The bucket you tried to delete is not empty"),
  bucketAlreadyOwnedByYou: simple(
    "BucketAlreadyOwnedByYou",
    409,
    "Your previous request to create the named bucket succeeded and you already own it.",
  ),
  invalidLocation: simple("InvalidLocationConstraint", 400, "The specified location-constraint is not valid"),
  keyTooLong: simple("KeyTooLongError", 400, "Your key is too long"),
  notModified: simple("NotModified", 304, "Not Modified"),
  preconditionFailed: simple(
    "PreconditionFailed",
    412,
    "At least one of the pre-conditions you specified did not hold",
  ),
  invalidRange: simple("InvalidRange", 416, "The requested range is not satisfiable"),
  invalidPartNumber: simple("InvalidPartNumber", 416, "The requested partnumber is not satisfiable"),
  methodNotAllowed: simple(
    "MethodNotAllowed",
    405,
    "The specified method is not allowed against this resource.",
  ),
  invalidPart: simple(
    "InvalidPart",
    400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  ),
  invalidPartOrder: simple(
    "InvalidPartOrder",
    400,
    "The list of parts was not in ascending order. Parts must be ordered by part number.",
  ),
  entityTooSmall: simple(
    "EntityTooSmall",
    400,
    "Your proposed upload is smaller than the minimum allowed size",
  ),
  entityTooLarge: simple("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size"),
  invalidDigest: simple("InvalidDigest", 400, "The Content-MD5 you specified was invalid."),
  badDigest: simple("BadDigest", 400, "The Content-MD5 you specified did not match what we received."),
  incompleteBody: simple(
    "IncompleteBody",
    400,
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
  ),
  malformedXml: simple(
    "MalformedXML",
    400,
    "The XML you provided was not well-formed or did not validate against our published schema",
  ),
  accessDenied: simple("AccessDenied", 403, "Access Denied"),
  aclNotSupported: simple("AccessControlListNotSupported", 400, "The bucket does not allow ACLs"),
} as const;

export const badChecksum = (algorithm: string): AwsError =>
  new AwsError("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);

export const invalidArgument = (message: string, name?: string, value?: string): AwsError =>
  new AwsError("InvalidArgument", message, 400, {
    ...(name !== undefined && { ArgumentName: name }),
    ...(value !== undefined && { ArgumentValue: value }),
  });

export const invalidRequest = (message: string): AwsError => new AwsError("InvalidRequest", message);
