import type { Input, OperationName, Output } from "../../models";
import type { Rules } from "../../rules";
import type { Operation } from "../../service";
import type { Deliveries } from "./deliveries";
import type { FirehoseStore } from "./store";

/** Makes an operation of the service. */
export type Make<O extends OperationName<"firehose">> = (
  store: FirehoseStore,
  deliveries: Deliveries,
) => Operation<Input<"firehose", O>, Output<"firehose", O>>;

export const nameRules: Rules = { DeliveryStreamName: { length: [1, 64], pattern: /[a-zA-Z0-9_.-]+/ } };

/** IAM resources of an operation on a delivery stream. */
export const onStream =
  (store: FirehoseStore) =>
  ({ DeliveryStreamName = "" }: { readonly DeliveryStreamName?: string | undefined }): readonly string[] => [
    store.arn(DeliveryStreamName),
  ];
