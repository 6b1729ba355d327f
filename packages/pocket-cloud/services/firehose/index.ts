import type { ServiceFactory } from "../../service";
import { Deliveries } from "./deliveries";
import { createDeliveryStream } from "./operations/create-delivery-stream";
import { deleteDeliveryStream } from "./operations/delete-delivery-stream";
import { describeDeliveryStream } from "./operations/describe-delivery-stream";
import { startDeliveryStreamEncryption, stopDeliveryStreamEncryption } from "./operations/encryption";
import { listDeliveryStreams } from "./operations/list-delivery-streams";
import { putRecord, putRecordBatch } from "./operations/put-record";
import { listTagsForDeliveryStream, tagDeliveryStream, untagDeliveryStream } from "./operations/tags";
import { updateDestination } from "./operations/update-destination";
import { FirehoseStore } from "./store";

export const firehose: ServiceFactory<"firehose"> = (cloud) => {
  const store = new FirehoseStore(cloud);
  const deliveries = new Deliveries(store);
  return {
    name: "firehose",
    operations: {
      CreateDeliveryStream: createDeliveryStream(store, deliveries),
      DeleteDeliveryStream: deleteDeliveryStream(store, deliveries),
      DescribeDeliveryStream: describeDeliveryStream(store, deliveries),
      ListDeliveryStreams: listDeliveryStreams(store, deliveries),
      ListTagsForDeliveryStream: listTagsForDeliveryStream(store, deliveries),
      PutRecord: putRecord(store, deliveries),
      PutRecordBatch: putRecordBatch(store, deliveries),
      StartDeliveryStreamEncryption: startDeliveryStreamEncryption(store, deliveries),
      StopDeliveryStreamEncryption: stopDeliveryStreamEncryption(store, deliveries),
      TagDeliveryStream: tagDeliveryStream(store, deliveries),
      UntagDeliveryStream: untagDeliveryStream(store, deliveries),
      UpdateDestination: updateDestination(store, deliveries),
    },
    start: async () => {
      for (const stream of store.streams.values()) deliveries.start(stream);
    },
    flush: () => deliveries.flush(),
    stop: async () => {
      await deliveries.stop();
      store.checkpoints.close();
    },
  };
};
