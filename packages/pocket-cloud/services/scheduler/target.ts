import { randomUUID } from "node:crypto";
import type { Target } from "@aws-sdk/client-scheduler";
import type { Caller } from "../../caller";
import { AwsError, unsupported, validationError } from "../../errors";
import type { ServiceName } from "../../models";
import type { CloudContext } from "../../service";
import { queueUrl } from "../shared/queues";
import type { Delivery } from "./store";

type Send = (cloud: CloudContext, target: Target, input: string, caller: Caller) => Promise<unknown>;

const after = (arn: string, mark: string): string => arn.slice(arn.indexOf(mark) + mark.length);

/** Templated targets: the call that the target of each service makes. */
const templated: Readonly<Record<string, Send>> = {
  lambda: (cloud, { Arn }, input, caller) =>
    cloud.call(
      "lambda",
      "Invoke",
      { FunctionName: Arn, InvocationType: "Event", Payload: Buffer.from(input) },
      caller,
    ),
  sqs: (cloud, { Arn = "", SqsParameters }, input, caller) => {
    const group = SqsParameters?.MessageGroupId;
    const message = { QueueUrl: queueUrl(cloud, Arn), MessageBody: input };
    return cloud.call("sqs", "SendMessage", { ...message, ...(group && { MessageGroupId: group }) }, caller);
  },
  sns: (cloud, { Arn }, input, caller) =>
    cloud.call("sns", "Publish", { TopicArn: Arn, Message: input }, caller),
  kinesis: (cloud, { Arn = "", KinesisParameters }, input, caller) =>
    cloud.call(
      "kinesis",
      "PutRecord",
      {
        StreamName: after(Arn, ":stream/"),
        PartitionKey: KinesisParameters?.PartitionKey ?? randomUUID(),
        Data: Buffer.from(input),
      },
      caller,
    ),
  firehose: (cloud, { Arn = "" }, input, caller) =>
    cloud.call(
      "firehose",
      "PutRecord",
      { DeliveryStreamName: after(Arn, ":deliverystream/"), Record: { Data: Buffer.from(input) } },
      caller,
    ),
};

/** Services whose name in the SDK differs from the name in signatures. */
const SDK_NAMES: Readonly<Record<string, ServiceName>> = {
  cloudwatch: "monitoring",
  cloudwatchlogs: "logs",
  eventbridgescheduler: "scheduler",
};

const UNIVERSAL = /^arn:aws:scheduler:::aws-sdk:([a-z0-9]+):([a-zA-Z0-9]+)$/;

const universal: Send = async (cloud, { Arn = "" }, input, caller) => {
  const [, service = "", operation = ""] = UNIVERSAL.exec(Arn) ?? [];
  const name = operation.charAt(0).toUpperCase() + operation.slice(1);
  return cloud.call(
    (SDK_NAMES[service] ?? service) as ServiceName,
    name as never,
    JSON.parse(input) as never,
    caller,
  );
};

const serviceOf = (arn: string): string => arn.split(":")[2] ?? "";

export function checkTarget(target: Target): void {
  const arn = target.Arn ?? "";
  const [, , action] = UNIVERSAL.exec(arn) ?? [];
  if (action !== undefined) {
    if (
      /^(get|describe|list|poll|receive|search|scan|query|select|read|lookup|discover|validate|batchGet|batchDescribe|batchRead|transactGet|adminGet|adminList|testMigration|retrieve|translateDocument|isAuthorized|invokeModel)/.test(
        action,
      )
    )
      throw validationError(`${arn} is not a supported target: read operations cannot be scheduled.`);
    if (target.Input !== undefined) parseInput(target.Input);
    return;
  }
  if (!templated[serviceOf(arn)]) throw unsupported(`the schedule target ${arn}`);
}

function parseInput(input: string): void {
  try {
    JSON.parse(input);
  } catch {
    throw validationError("Invalid RequestJson provided. Reason: The input is not valid JSON.");
  }
}

/** The schedule's role. Its trust policy may name the schedule group as source. */
export function callerOf(cloud: CloudContext, { target, scheduleArn }: Delivery): Caller {
  const group = scheduleArn.replace(":schedule/", ":schedule-group/").replace(/\/[^/]*$/, "");
  return cloud.identities().assume(target.RoleArn ?? "", "scheduler", "scheduler.amazonaws.com", group);
}

/** Invokes the target in the schedule's role. */
export async function send(cloud: CloudContext, delivery: Delivery): Promise<void> {
  const { target } = delivery;
  const caller = callerOf(cloud, delivery);
  const dispatch = UNIVERSAL.test(target.Arn ?? "") ? universal : templated[serviceOf(target.Arn ?? "")];
  if (!dispatch) throw unsupported(`the schedule target ${target.Arn}`);
  await dispatch(cloud, target, inputOf(cloud, delivery), caller);
}

export const isoTime = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

/** The target's input with its context attributes replaced by their values. */
export function inputOf(cloud: Pick<CloudContext, "accountId" | "region">, delivery: Delivery): string {
  const { target, scheduleArn, executionId, slot, attempts } = delivery;
  if (target.Input === undefined)
    return UNIVERSAL.test(target.Arn ?? "") ? "{}" : scheduledEvent(cloud, delivery);
  const attributes: Readonly<Record<string, string>> = {
    "<aws.scheduler.schedule-arn>": scheduleArn,
    "<aws.scheduler.scheduled-time>": isoTime(slot),
    "<aws.scheduler.execution-id>": executionId,
    "<aws.scheduler.attempt-number>": String(attempts + 1),
  };
  return target.Input.replace(/<aws\.scheduler\.[a-z-]+>/g, (name) => attributes[name] ?? name);
}

const scheduledEvent = (
  cloud: Pick<CloudContext, "accountId" | "region">,
  { executionId, slot, scheduleArn }: Delivery,
): string =>
  JSON.stringify({
    version: "0",
    id: executionId,
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account: cloud.accountId,
    time: isoTime(slot),
    region: cloud.region,
    resources: [scheduleArn],
    detail: "{}",
  });

export const isThrottled = (error: unknown): boolean =>
  error instanceof AwsError &&
  (error.status === 429 || /Throttl|TooManyRequests|LimitExceeded/.test(error.code));

/** Server errors and throttling are retried. */
export const isRetryable = (error: unknown): boolean =>
  !(error instanceof AwsError) || isThrottled(error) || (error.status >= 500 && error.status !== 501);
