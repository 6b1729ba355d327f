import type { Caller } from "../../caller";
import type { CloudContext } from "../../service";
import { useKey } from "../shared/customer-key";
import type { TopicRecord } from "./store";

/** SNS API reference, Publish: errors of KMS. Clients see them without "Exception", as the query protocol names them. */
const CODES = {
  AccessDeniedException: "KMSAccessDeniedException",
  NotFoundException: "KMSNotFoundException",
  DisabledException: "KMSDisabledException",
};

/** SNS developer guide, "Managing Amazon SNS encryption keys": what publishers to an encrypted topic need. */
const actions = ["kms:GenerateDataKey", "kms:Decrypt"];

export function checkKey(cloud: CloudContext, { arn, attributes }: TopicRecord, caller: Caller): void {
  const keyId = attributes.KmsMasterKeyId;
  if (!keyId) return;
  const encryptionContext = { "aws:sns:topicArn": arn };
  useKey(cloud, { service: "sns", keyId, actions, caller, encryptionContext }, CODES);
}
