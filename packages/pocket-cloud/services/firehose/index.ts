import { makeOperations, type ServiceFactory } from "../../service";
import { Deliveries } from "./deliveries";
import * as createDeliveryStream from "./operations/create-delivery-stream";
import * as deliveryStreams from "./operations/delivery-streams";
import * as encryption from "./operations/encryption";
import * as putRecords from "./operations/put-records";
import * as tags from "./operations/tags";
import * as updateDestination from "./operations/update-destination";
import { putObservers } from "./put-observers";
import { FirehoseStore } from "./store";

const factories = {
  ...createDeliveryStream,
  ...deliveryStreams,
  ...encryption,
  ...putRecords,
  ...tags,
  ...updateDestination,
};

export const firehose: ServiceFactory<"firehose"> = (cloud) => {
  const store = new FirehoseStore(cloud);
  const deliveries = new Deliveries(store);
  return {
    name: "firehose",
    operations: makeOperations(factories, store, deliveries),
    observers: putObservers(store),
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
