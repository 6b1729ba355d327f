/** Why an answer here differs, by service, test, answer and difference. The first that matches counts. */
export const reasons: readonly (readonly [match: RegExp, reason: string])[] = [
  [
    /object_expiry_versioned|get-object-part-checksum|throughput|group_scope/,
    "Mended after the last measurement of the service, or a consequence of an earlier difference",
  ],
  [
    /SSEKMSKeyId|aws-dynamodb|aws_managed_key/,
    "Keys that AWS manages (alias/aws/…) have no key of their own here, so their ARN and state are missing",
  ],
  [/xray|AWSTraceHeader/i, "Trace headers of X-Ray are not passed on"],
  [
    /rfc2047|unicode/i,
    "Metadata that is not ASCII is returned in the bytes in which it was sent, not in RFC 2047's encoding",
  ],
  [/InternalError|internal error/, "AWS's own answer is an internal error"],
  [/restart_timeout|Timeout \(>/, "The test waits longer than its 30 seconds for an alarm or a delivery"],
  [/different_units|label_generation/, "A metric has one series for all units here"],
  [/StateReasonData/, "Alarms keep no data of the reason for their state"],
  [
    /alarm_lambda_target/,
    "The event of an alarm for a function lacks the configuration and the times of states",
  ],
  [/dashboard_lifecycle.*Size/, "AWS counts more bytes in a dashboard than it has"],
  [
    /set_alarm_invalid_input|InvalidCiphertext.*message/,
    "An empty message is stated here, and absent in AWS",
  ],
  [/WarmThroughput/, "The warm throughput of indexes is not stated"],
  [
    /RuntimeVersionArn|CodeSha256|<resource:\d>/,
    "The number that the test gives to a value depends on another value",
  ],
  [
    /LastUpdateStatus|StateReason|InProgress|concurrent_(code|config)_updates/,
    "Functions are active at once: only the answer to the change shows that it is in progress",
  ],
  [/RevisionId|revision/i, "Revisions change at other steps of publishing"],
  [
    /eventinvokeconfig|event_invoke_config/,
    "Asynchronous invocation has no aliases, and checks fewer destinations",
  ],
  [/[Rr]untime_exc|'runtime'/, "The message about an unknown runtime is that of other enumerations"],
  [
    /permission/i,
    "Permissions have no revision check, no aliases, and no conditions for URLs and organizations",
  ],
  [
    /foobar|:alias'|'resource' failed/,
    "The pattern in the message is that of the SDK's model, which differs in a detail",
  ],
  [/oversized/, "Sizes of code are not limited as in AWS"],
  [
    /Function not found|function:function/,
    "The ARN in the message lacks the part that the request did not name correctly",
  ],
  [/failed to parse JSON/, "AWS's message quotes its JSON parser"],
  [
    /filter_policy|DID NOT RAISE.*Filter/,
    "Filter policies have no limit of keys and combinations, and read dots in another way",
  ],
  [
    /fifo_messages_to_dlq|redrive_policy|dead_letter/,
    "Dead-letter queues of SNS get the message in another form",
  ],
  [/move_task|ApproximateNumberOfMessagesMoved/, "The number of moved messages depends on the moment"],
  [/no_client_request_token/, "A request without ClientRequestToken, which SDKs add, is accepted"],
  [/transitive|assume_role_tag/, "Session tags are not merged with those of the role as in AWS"],
  [
    /storedBytes|nextToken/,
    "DescribeLogGroups with a pattern states all members, and all groups on one page",
  ],
  [/Cross-account|MetricTransformation|512/, "The check that AWS does first here comes second"],
  [/aws_global|x-amz-bucket-region|region_header/, "The region is not stated in a header of listings"],
  [/external_hostname|s3_lambda_integration/, "The test needs another host name of the endpoint"],
  [/none_value|no-bucket/, "The form of the request is checked before the bucket"],
  [/kms_key/, "S3 wraps KMS's errors in a message of its own for keys of other regions and states"],
  [
    /put_url_metadata/,
    "Metadata in the query of a presigned URL is not read, and signatures differ with unsigned metadata",
  ],
  [
    /missing_sig_param|double_encoded|bad_headers/,
    "The refusal of a malformed presigned URL or header list has other words",
  ],
  [
    /parts_checksum|invalid_content_md5|get-no-key-tags|delete_keys_in_versioned|multipart_upload_sse/,
    "AWS's answer depends on the moment or on chance (which part is named, in which order), or is not consistent with its others",
  ],
  [/delivery_lambda|delivery-events/, "Topics write no delivery status logs"],
  [/name_and_qualifier|other_account_exc/, "The test does not run outside AWS's or LocalStack's own account"],
  [
    /virtual_host|cbor/,
    "The test reads the connection's headers, or an answer in CBOR that LocalStack's client decodes",
  ],
  [/non_existent_queue/, "SQS's query protocol is not supported"],
  [
    /delete_objects|receive_empty_queue|missing_lambda_arn|subscribe_to_shard|delete_bucket_with_content|pagination/,
    "An earlier step of the test differs in time or order",
  ],
  [/./, "Not mended: a detail of one answer (a missing check, another member or other words)"],
];
