import { dynaliteAnswers } from "./dynalite-answers";
import { motoAnswers } from "./moto-answers";

const ACLS_DISABLED =
  "ACLs are disabled, as in every new bucket of AWS since April 2023, and the suite sets them";
const SINGLE_ACCOUNT = "There is one account: the suite's second user is the administrator here";
const RECORDED = "The answer here is the one that LocalStack's tests recorded from AWS";
const MISSING_CHECK = "A check or a condition is missing here";
const OWN_WORDS = "Not examined one by one: another code or text than the suite's";

/** Why a test of another project fails here, by suite, name and message. The first that matches counts. */
export const reasons: readonly (readonly [match: RegExp, reason: string])[] = [
  [/^s3-tests test_post_object/, "Browser uploads by POST are not supported"],
  [/^s3-tests .*Object Lock/s, "Object Lock is not supported"],
  [
    /^s3-tests (.*SSE-C|test_encryption_sse_c_)/s,
    "Encryption with customer-provided keys is not supported, and refused by name",
  ],
  [
    /^(s3-tests|moto s3) .*(BlockPublicPolicy block|when calling the PutBucketPolicy operation: User)/s,
    "Buckets block policies for everybody from the beginning, as in AWS since April 2023, and the suite sets them",
  ],
  [/^s3-tests .*DisplayName/s, "AWS stopped returning DisplayName in November 2025"],
  [/^s3-tests .*'AWS'/s, "Signature version 2 is refused"],
  [
    /^s3-tests test_(cors_|\S*not_expired)/,
    "Answers have no CORS headers, and a request without or with a wrong signature is refused before its method is looked at",
  ],
  [
    /^(s3-tests|moto s3) .*(does not allow ACLs|access control list|AccessContro\.\.\.|Invalid id|Argument format)/s,
    ACLS_DISABLED,
  ],
  [
    /^(s3-tests|moto s3) test_\S*(acl|grant|anonymous|raw_get|anon_put_write_access|ownership)\b/,
    ACLS_DISABLED,
  ],
  [
    /^s3-tests test_\S*(_gone|raw_get)/,
    "Requests without a signature are refused before the bucket is looked up",
  ],
  [/^s3-tests test_\S*(acl_|_acl|ownership)/, ACLS_DISABLED],
  [
    /^s3-tests test_\S*(out_(range|max|positive)|authenticated_expired)/,
    "AWS answers 400 or its own texts where Ceph has others",
  ],
  [/^s3-tests .*specified bucket is not valid/s, "Names with a tenant are Ceph's"],
  [/^s3-tests .*Policy has invalid resource/s, "The policy names another bucket, which AWS refuses"],
  [/^s3-tests test_sse_kms_no_key/, "Without a key S3 encrypts with the one that AWS manages, as in AWS"],
  [/^s3-tests test_(sse_kms_(not_declared|read)|put_obj_enc_conflict|sse_s3_default)/, MISSING_CHECK],
  [
    /^s3-tests (test_bucket_(policy|create_exists|recreate)|test_access_bucket|test_block_public|test_get_public_block|test_\S*(nonowner|not_owned))/,
    SINGLE_ACCOUNT,
  ],
  [/^s3-tests .*== \(501, 'NotImplemented'\)/s, "Conditional writes are evaluated, as in AWS"],
  [
    /^(s3-tests|moto s3) .*(NotFoundError|_encryption_|test_encryption_)/s,
    "Every bucket is encrypted by default (SSE-S3), as in AWS",
  ],
  [
    /^s3-tests test_(sse_kms|copy_enc|copy_part_enc)|^moto s3 test_copy_object_with_kms/,
    "The key's ARN is stated, as in AWS, not the id that the request has",
  ],
  [/^s3-tests test_get_\S*policy_status/, "A bucket without a policy has no policy status, as in AWS"],
  [
    /^s3-tests test_(\S*(checksum|cksum)|\S*object_attributes|\S*get_part|multipart_(upload_empty|copy_invalid)|put_excess|\S*continuationtoken|\S*concurrent_multi)|^moto s3 test_get_attributes_checksum/,
    RECORDED,
  ],
  [
    /^s3-tests test_\S*(encoding_basic|prefix_unreadable)/,
    "A space is + in encoded keys, and Prefix is encoded too, as recorded",
  ],
  [/^s3-tests test_\S*chunked_transfer/, "AWS requires a Content-Length"],
  [
    /^s3-tests test_\S*unicode_metadata/,
    "Metadata that is not ASCII is returned in encoded words of RFC 2047, as in AWS",
  ],
  [
    /^s3-tests test_(\S*aws_chunked|multipart_resend|lifecycle_transition_set|versioning_bucket_multipart|head_object_404|delete_marker_nonversioned|put_obj_with_tags|object_read_unreadable)/,
    "Not mended: differs in a detail from the suite, and no answer of AWS is recorded",
  ],
  [
    /^moto tests\.|failed on setup|ModuleNotFound|collection failure/s,
    "The file or a fixture of the suite needs moto's own server or a module that its environment lacks, so nothing was asked",
  ],
  [
    /^moto .*(too many values to unpack|load_resource|object has no attribute|test_parse_region|ParamValidationError|moto-api|JSONDecodeError|port=5000|port=\d+\): Max retries)/s,
    "The test examines moto's own code or its own control API",
  ],
  [
    /^moto .*(Signature expired|TooSkewed)/s,
    "The test stops the client's clock, and a signature expires as in AWS",
  ],
  [
    /^moto .*(valid region|aws-cn|aws-iso|cn-north|isob|could not be parsed)/s,
    "There is the partition aws alone",
  ],
  [
    /^moto .*(UnrecognizedClient|InvalidClientTokenId|different_account|multiple_accounts)/s,
    "There is one account, and its keys alone sign",
  ],
  [
    /^moto sts .*(SAML|saml|WebIdentity|web_identity|:root' ==)/s,
    "Federated sign-in is not supported, and the administrator's keys are the account's",
  ],
  [
    /^moto sns .*(\[\]|set\(\)|list index out of range|'Messages'|0 == 3)/s,
    "The test's queue has no policy that lets the topic deliver, as AWS requires",
  ],
  [
    /^moto s3 .*Unable to validate the following destination/s,
    "The destination has no policy that allows S3, as AWS requires",
  ],
  [
    /^moto .*(MalformedPolicy|invalid Json|Syntax errors|assume (role|provided role)|roleArn|Arn' failed|arn:aws:s3::|Unable to verify|At least one target|not valid at this position|Invalid keyId|InvalidKeyId|test-statement|stmt-name|bucket is not valid|EncryptionFailure|KMS Key Id|ON_DEMAND|Topic Name|At least one action|Unknown Attribute|impermissi|log group does not exist|is pending deletion|partition values|range key for index|satisfy constraint|ValidationError\)|test_list_table_tags)/s,
    "The test sends values, or names resources, that the models and AWS's own checks refuse, and moto accepts them",
  ],
  [
    /^moto .*(test_public_access_block|test_create_bucket_duplicate|if_modified_since|encryption_on_new_bucket|delete_and_get_encryption)/s,
    "Buckets block public access and are encrypted from the beginning, and a date in the future is no condition, as recorded from AWS",
  ],
  [
    /^moto s3 test_put_bucket_logging/,
    "Logs need no ACL: a bucket's policy allows them, as in AWS since 2023",
  ],
  [
    /^moto dynamodb test_invalid_transact_get_items/,
    "AWS takes 100 items in a transaction since 2022, the suite 25",
  ],
  [
    /^moto iam .*(legacy parsing|vendor|Vendor|Resource|Partition|Effect|effect|resources|actions|Condition|Policy|policy)/s,
    "Fewer faults of a policy document are told apart than in moto",
  ],
  [
    /^moto .*Timeout/s,
    "The test waits longer than its limit of 20 seconds for a function or a delivery that is not made here",
  ],
  [/^moto .*DID NOT RAISE/s, MISSING_CHECK],
  [
    /^moto ssm .*(aws\/service|latest_ami|global_infra|region_query|ssm_get_by_path|get_parameters_by_path)/s,
    "There are no public parameters",
  ],
  [
    /^moto kms .*alias|^moto .*aliases/s,
    "Aliases that AWS manages are listed when a service uses them first, and aliases state their times",
  ],
  ...motoAnswers,
  [/^moto /, OWN_WORDS],
  [
    /^(kinesalite|dynalite) .*(OPTIONS|CORS|access-control|options)/is,
    "Answers have no CORS headers, because browsers do not call them",
  ],
  [
    /^kinesalite .*__type.*Message/s,
    "Errors have their text in both message and Message, and those of serialization have another text",
  ],
  [
    /^kinesalite .*(validation errors? detected|Could not match)/s,
    "The model is today's: StreamName is optional, and patterns and limits differ from those of 2020",
  ],
  [
    /^kinesalite .*\/\^20|^kinesalite .*[Ss]equence/s,
    "Sequence numbers are opaque, and have another form here",
  ],
  [
    /^(kinesalite|dynalite) .*Serialization/s,
    "The texts about a value of a wrong type are those of AWS's earlier parser",
  ],
  [
    /^dynalite .*(validation errors? detected|ValidationException)/s,
    "Validation has another order and other words than AWS had in 2020",
  ],
  [
    /^kinesalite /,
    "The form of answers is that of today's SDK, and protocol errors have other codes or headers",
  ],
  [
    /^dynalite .*(timeout|Timeout|hook)/s,
    "The suite's preparation does not finish in its time, so nothing was asked",
  ],
  ...dynaliteAnswers,
  [/^dynalite /, OWN_WORDS],
];
