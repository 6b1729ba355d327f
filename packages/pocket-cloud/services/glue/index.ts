import { makeOperations, type ServiceFactory } from "../../service";
import { Crawlers } from "./crawler/crawlers";
import * as catalogueSettings from "./operations/catalogue-settings";
import * as classifiers from "./operations/classifiers";
import * as crawlerSchedule from "./operations/crawler-schedule";
import * as crawlerOperations from "./operations/crawlers";
import * as crawls from "./operations/crawls";
import * as databases from "./operations/databases";
import * as partitionBatches from "./operations/partition-batches";
import * as partitionIndexes from "./operations/partition-indexes";
import * as partitions from "./operations/partitions";
import * as securityConfigurations from "./operations/security-configurations";
import * as tables from "./operations/tables";
import * as tags from "./operations/tags";
import { GlueStore } from "./store";

const onCatalogue = {
  ...catalogueSettings,
  ...classifiers,
  ...databases,
  ...partitionBatches,
  ...partitionIndexes,
  ...partitions,
  ...securityConfigurations,
  ...tables,
  ...tags,
};

const onCrawlers = { ...crawlerOperations, ...crawlerSchedule, ...crawls };

export const glue: ServiceFactory<"glue"> = (cloud) => {
  const store = new GlueStore(cloud);
  const crawlers = new Crawlers(store);
  return {
    name: "glue",
    operations: { ...makeOperations(onCatalogue, store), ...makeOperations(onCrawlers, crawlers) },
    start: async () => crawlers.resume(),
    stop: async () => {
      crawlers.close();
      store.close();
    },
  };
};
