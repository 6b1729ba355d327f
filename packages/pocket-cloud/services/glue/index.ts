import type { Service, ServiceFactory } from "../../service";
import { Crawlers } from "./crawler/runner";
import * as settings from "./operations/catalogue-settings";
import * as classifiers from "./operations/classifiers";
import * as schedule from "./operations/crawler-schedule";
import * as crawler from "./operations/crawlers";
import * as crawls from "./operations/crawls";
import * as databases from "./operations/databases";
import * as batches from "./operations/partition-batches";
import * as indexes from "./operations/partition-indexes";
import * as partitions from "./operations/partitions";
import * as security from "./operations/security-configurations";
import * as tables from "./operations/tables";
import * as tags from "./operations/tags";
import { GlueStore } from "./store";

export const glue: ServiceFactory<"glue"> = (cloud) => {
  const store = new GlueStore(cloud);
  const crawlers = new Crawlers(store);
  const service: Service<"glue"> = {
    name: "glue",
    operations: {
      BatchCreatePartition: batches.batchCreatePartition(store),
      BatchDeletePartition: batches.batchDeletePartition(store),
      BatchDeleteTable: tables.batchDeleteTable(store),
      BatchGetCrawlers: crawler.batchGetCrawlers(crawlers),
      BatchGetPartition: batches.batchGetPartition(store),
      BatchUpdatePartition: batches.batchUpdatePartition(store),
      CreateClassifier: classifiers.createClassifier(store),
      CreateCrawler: crawler.createCrawler(crawlers),
      CreateDatabase: databases.createDatabase(store),
      CreatePartition: partitions.createPartition(store),
      CreatePartitionIndex: indexes.createPartitionIndex(store),
      CreateSecurityConfiguration: security.createSecurityConfiguration(store),
      CreateTable: tables.createTable(store),
      DeleteClassifier: classifiers.deleteClassifier(store),
      DeleteCrawler: crawler.deleteCrawler(crawlers),
      DeleteDatabase: databases.deleteDatabase(store),
      DeletePartition: partitions.deletePartition(store),
      DeletePartitionIndex: indexes.deletePartitionIndex(store),
      DeleteResourcePolicy: settings.deleteResourcePolicy(store),
      DeleteSecurityConfiguration: security.deleteSecurityConfiguration(store),
      DeleteTable: tables.deleteTable(store),
      DeleteTableVersion: tables.deleteTableVersion(store),
      GetClassifier: classifiers.getClassifier(store),
      GetClassifiers: classifiers.getClassifiers(store),
      GetCrawler: crawler.getCrawler(crawlers),
      GetCrawlerMetrics: crawls.getCrawlerMetrics(crawlers),
      GetCrawlers: crawler.getCrawlers(crawlers),
      GetDataCatalogEncryptionSettings: settings.getDataCatalogEncryptionSettings(store),
      GetDatabase: databases.getDatabase(store),
      GetDatabases: databases.getDatabases(store),
      GetPartition: partitions.getPartition(store),
      GetPartitionIndexes: indexes.getPartitionIndexes(store),
      GetPartitions: partitions.getPartitions(store),
      GetResourcePolicy: settings.getResourcePolicy(store),
      GetSecurityConfiguration: security.getSecurityConfiguration(store),
      GetSecurityConfigurations: security.getSecurityConfigurations(store),
      GetTable: tables.getTable(store),
      GetTableVersion: tables.getTableVersion(store),
      GetTableVersions: tables.getTableVersions(store),
      GetTables: tables.getTables(store),
      GetTags: tags.getTags(store),
      ListCrawlers: crawler.listCrawlers(crawlers),
      ListCrawls: crawls.listCrawls(crawlers),
      PutDataCatalogEncryptionSettings: settings.putDataCatalogEncryptionSettings(store),
      PutResourcePolicy: settings.putResourcePolicy(store),
      StartCrawler: crawls.startCrawler(crawlers),
      StartCrawlerSchedule: schedule.startCrawlerSchedule(crawlers),
      StopCrawler: crawls.stopCrawler(crawlers),
      StopCrawlerSchedule: schedule.stopCrawlerSchedule(crawlers),
      TagResource: tags.tagResource(store),
      UntagResource: tags.untagResource(store),
      UpdateClassifier: classifiers.updateClassifier(store),
      UpdateCrawler: crawler.updateCrawler(crawlers),
      UpdateCrawlerSchedule: schedule.updateCrawlerSchedule(crawlers),
      UpdateDatabase: databases.updateDatabase(store),
      UpdatePartition: partitions.updatePartition(store),
      UpdateTable: tables.updateTable(store),
    },
    start: async () => crawlers.resume(),
    stop: async () => {
      crawlers.close();
      store.close();
    },
  };
  return service;
};
