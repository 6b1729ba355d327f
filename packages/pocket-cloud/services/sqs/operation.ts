import type { Input, OperationName, Output } from "../../models";
import type { CloudContext, Operation } from "../../service";
import { nameOf, type QueueStore } from "./store";

export interface Sqs {
  readonly cloud: CloudContext;
  readonly store: QueueStore;
  /** Resolves when a message is sent to the queue, or after so many milliseconds. */
  readonly arrival: (name: string, millis: number) => Promise<void>;
}

export type SqsOperation<O extends OperationName<"sqs">> = Operation<Input<"sqs", O>, Output<"sqs", O>>;

export const ofQueue = (sqs: Sqs) => (input: { QueueUrl?: string | undefined }) => [
  sqs.store.arn(nameOf(input.QueueUrl)),
];
