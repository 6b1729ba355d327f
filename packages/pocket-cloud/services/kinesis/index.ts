import { makeOperations, type ServiceFactory } from "../../service";
import { kinesisObservers } from "./metrics";
import * as consumers from "./operations/consumers";
import * as describe from "./operations/describe";
import * as encryption from "./operations/encryption";
import * as enhancedMonitoring from "./operations/enhanced-monitoring";
import * as listShards from "./operations/list-shards";
import * as putRecords from "./operations/put-records";
import * as readRecords from "./operations/read-records";
import * as reshard from "./operations/reshard";
import * as resourcePolicy from "./operations/resource-policy";
import * as streams from "./operations/streams";
import * as tags from "./operations/tags";
import { KinesisStore } from "./store";
import { Subscriptions } from "./subscriptions";

const factories = {
  ...consumers,
  ...describe,
  ...encryption,
  ...enhancedMonitoring,
  ...listShards,
  ...putRecords,
  ...readRecords,
  ...reshard,
  ...resourcePolicy,
  ...streams,
  ...tags,
};

const TRIM_INTERVAL_MS = 3_600_000;

export const kinesis: ServiceFactory<"kinesis"> = (cloud) => {
  const store = new KinesisStore(cloud);
  const subscriptions = new Subscriptions(store);
  const trimHourly = () => {
    store.trim();
    cloud.clock.schedule(cloud.clock.now() + TRIM_INTERVAL_MS, trimHourly, "kinesis: expired records");
  };
  return {
    name: "kinesis",
    operations: makeOperations(factories, store, subscriptions),
    observers: kinesisObservers(store),
    policyOf: (arn) => store.policyOf(arn),
    start: async () => trimHourly(),
    stop: async () => {
      subscriptions.end();
      store.close();
    },
  };
};
