/** Why an answer here differs, by service, test, answer and difference. The first that matches counts. */
export const reasons: readonly (readonly [match: RegExp, reason: string])[] = [
  [/xray|AWSTraceHeader/i, "The trace of X-Ray does not go on through S3's notifications"],
  [/InternalError|internal error/, "AWS's own answer is an internal error"],
  [/Timeout \(>/, "The test waits longer than its 150 seconds for an alarm, which is evaluated each minute"],
  [/dashboard_lifecycle.*Size/, "AWS counts more bytes in a dashboard than it has"],
  [/conditions_check_failure|multi-sse-compete/, "A member more than AWS's answer has"],
  [
    /CodeSha256/,
    "Archives with the same content have the same digest; the test's differ by the second in which they were made",
  ],
  [/Not implemented/, "The test ends itself in this case"],
  [/other_account_exc/, "The refusal of a function of another account has a text here, and none in AWS"],
  [
    /LastUpdateStatus|StateReason|InProgress|concurrent_(code|config)_updates/,
    "Functions are active at once: only the answer to the change shows that it is in progress",
  ],
  [/oversized_request/, "The limit of requests is that of all services, with their words"],
  [/move_task|ApproximateNumberOfMessagesMoved/, "The number of moved messages depends on the moment"],
  [
    /no_client_request_token/,
    "Refused as in AWS; the JSON has the text in two members, for the spellings that SDKs read",
  ],
  [
    /storedBytes|nextToken/,
    "DescribeLogGroups with a pattern states all members, and all groups on one page",
  ],
  [/MetricTransformation/, "The value in the message is shown as JSON, and not as Java shows it"],
  [
    /s3_lambda_integration|x_amz_in_qs/,
    "The test's function calls LocalStack's own host name, which does not resolve",
  ],
  [/kms_key/, "S3 asks the KMS of the cloud's own region, also for buckets of other regions"],
  [
    /parts_checksum|checksum_exceptions|invalid_content_md5|get-no-key-tags|delete_keys_in_versioned|part_checksum/,
    "AWS's answer depends on the moment or on chance (which part is named, in which order), or is not consistent with its others",
  ],
  [/wrong_content_type/, "Browser uploads by POST are not supported"],
  [/delivery_lambda|delivery-events/, "Topics write no delivery status logs"],
  [
    /virtual_host|cbor/,
    "The test reads the connection's headers, or an answer in CBOR that LocalStack's client decodes",
  ],
  [/non_existent_queue/, "SQS's query protocol is not supported"],
  [
    /delete_objects|presigned_request_via_dynamodb|receive_empty_queue|missing_lambda_arn|subscribe_to_shard|delete_bucket_with_content|pagination/,
    "An earlier step of the test differs in time or order",
  ],
  [/./, "Not mended: a detail of one answer (a missing check, another member or other words)"],
];
