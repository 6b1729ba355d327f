import type { Service, ServiceFactory } from "../../service";
import * as settings from "./operations/catalogue-settings";
import * as classifiers from "./operations/classifiers";
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
  const service: Service<"glue"> = {
    name: "glue",
    operations: {
      BatchCreatePartition: batches.batchCreatePartition(store),
      BatchDeletePartition: batches.batchDeletePartition(store),
      BatchDeleteTable: tables.batchDeleteTable(store),
      BatchGetPartition: batches.batchGetPartition(store),
      BatchUpdatePartition: batches.batchUpdatePartition(store),
      CreateClassifier: classifiers.createClassifier(store),
      CreateDatabase: databases.createDatabase(store),
      CreatePartition: partitions.createPartition(store),
      CreatePartitionIndex: indexes.createPartitionIndex(store),
      CreateSecurityConfiguration: security.createSecurityConfiguration(store),
      CreateTable: tables.createTable(store),
      DeleteClassifier: classifiers.deleteClassifier(store),
      DeleteDatabase: databases.deleteDatabase(store),
      DeletePartition: partitions.deletePartition(store),
      DeletePartitionIndex: indexes.deletePartitionIndex(store),
      DeleteResourcePolicy: settings.deleteResourcePolicy(store),
      DeleteSecurityConfiguration: security.deleteSecurityConfiguration(store),
      DeleteTable: tables.deleteTable(store),
      DeleteTableVersion: tables.deleteTableVersion(store),
      GetClassifier: classifiers.getClassifier(store),
      GetClassifiers: classifiers.getClassifiers(store),
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
      PutDataCatalogEncryptionSettings: settings.putDataCatalogEncryptionSettings(store),
      PutResourcePolicy: settings.putResourcePolicy(store),
      TagResource: tags.tagResource(store),
      UntagResource: tags.untagResource(store),
      UpdateClassifier: classifiers.updateClassifier(store),
      UpdateDatabase: databases.updateDatabase(store),
      UpdatePartition: partitions.updatePartition(store),
      UpdateTable: tables.updateTable(store),
    },
    stop: async () => store.close(),
  };
  return service;
};
