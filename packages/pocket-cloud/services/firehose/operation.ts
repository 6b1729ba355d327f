import type { Input, OperationName, Output } from "../../models";
import type { Operation } from "../../service";
import type { Deliveries } from "./deliveries";
import type { FirehoseStore } from "./store";

/** Makes an operation of the service. */
export type Make<O extends OperationName<"firehose">> = (
  store: FirehoseStore,
  deliveries: Deliveries,
) => Operation<Input<"firehose", O>, Output<"firehose", O>>;

/** IAM resources of an operation on a delivery stream. */
export const onStream =
  (store: FirehoseStore) =>
  ({ DeliveryStreamName = "" }: { readonly DeliveryStreamName?: string | undefined }): readonly string[] => [
    store.arn(DeliveryStreamName),
  ];
