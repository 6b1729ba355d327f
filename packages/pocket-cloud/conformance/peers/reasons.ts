const SINGLE_ACCOUNT = "There is one account: the suite's second user is the administrator here";

/** Why a test of another project fails here, by suite, name and message. The first that matches counts. */
export const reasons: readonly (readonly [match: RegExp, reason: string])[] = [
  [/^s3-tests test_post_object/, "Browser uploads by POST are not supported"],
  [/^s3-tests .*Object Lock/s, "Object Lock is not supported"],
  [/^s3-tests .*SSE-C/s, "Encryption with customer-provided keys is not supported, and refused by name"],
  [
    /^s3-tests .*(does not allow ACLs|access control list|AccessContro\.\.\.)/s,
    "ACLs are disabled, as in every new bucket of AWS since April 2023, and the suite sets them",
  ],
  [/^s3-tests test_\S*(acl|grant)/, "ACLs are disabled, as in every new bucket of AWS since April 2023"],
  [/^s3-tests .*DisplayName/s, "AWS stopped returning DisplayName in November 2025"],
  [/^s3-tests .*'AWS'/s, "Signature version 2 is refused"],
  [/^s3-tests (test_bucket_policy|test_access_bucket|test_block_public|test_\S*nonowner)/, SINGLE_ACCOUNT],
  [/^s3-tests .*== \(501, 'NotImplemented'\)/s, "Conditional writes are evaluated, as in AWS"],
  [/^s3-tests .*NotFoundError/s, "Every bucket is encrypted by default (SSE-S3), as in AWS"],
  [
    /^s3-tests .*(416 == 400|InvalidRequest' == 'BadDigest|BadRequest' == 'InvalidTag)/s,
    "The answer here is the one that LocalStack's tests recorded from AWS",
  ],
  [
    /^kinesalite .*__type.*Message/s,
    "Errors have their text in both message and Message, and those of serialization have another text",
  ],
  [
    /^kinesalite .*(validation errors? detected|Could not match)/s,
    "The model is today's: StreamName is optional, and patterns and limits differ from those of 2020",
  ],
  [/^kinesalite .*\/\^20/s, "Sequence numbers are opaque, and have another form here"],
];
