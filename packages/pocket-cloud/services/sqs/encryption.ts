import type { Caller } from "../../caller";
import { useKey } from "../shared/customer-key";
import type { Queue, QueueStore } from "./store";

/** SQS API reference, SendMessage and ReceiveMessage: errors of KMS. */
const CODES = {
  AccessDeniedException: "KmsAccessDenied",
  NotFoundException: "KmsNotFound",
  DisabledException: "KmsDisabled",
  KMSInvalidStateException: "KmsInvalidState",
};

/** SQS developer guide, "Key management": what producers and consumers of an encrypted queue need. */
const ACTIONS = { send: ["kms:GenerateDataKey", "kms:Decrypt"], receive: ["kms:Decrypt"] } as const;

export function checkKey(store: QueueStore, queue: Queue, use: keyof typeof ACTIONS, caller: Caller): void {
  const { arn, attributes } = queue.record;
  const keyId = attributes.KmsMasterKeyId;
  if (!keyId) return;
  const encryptionContext = { "aws:sqs:arn": arn };
  useKey(store.cloud, { service: "sqs", keyId, actions: ACTIONS[use], caller, encryptionContext }, CODES);
}
