import type { Service, ServiceFactory } from "../../service";
import * as catalog from "./operations/catalog";
import { getQueryResults } from "./operations/get-query-results";
import * as named from "./operations/named-queries";
import * as prepared from "./operations/prepared-statements";
import * as executions from "./operations/query-executions";
import { startQueryExecution } from "./operations/start-query-execution";
import * as tags from "./operations/tags";
import * as groups from "./operations/work-groups";
import { Runner } from "./runner";
import { AthenaStore } from "./store";

export const athena: ServiceFactory<"athena"> = (cloud) => {
  const store = new AthenaStore(cloud);
  const runner = new Runner(store);
  const service: Service<"athena"> = {
    name: "athena",
    operations: {
      BatchGetNamedQuery: named.batchGetNamedQuery(store),
      BatchGetPreparedStatement: prepared.batchGetPreparedStatement(store),
      BatchGetQueryExecution: executions.batchGetQueryExecution(store),
      CreateNamedQuery: named.createNamedQuery(store),
      CreatePreparedStatement: prepared.createPreparedStatement(store),
      CreateWorkGroup: groups.createWorkGroup(store),
      DeleteNamedQuery: named.deleteNamedQuery(store),
      DeletePreparedStatement: prepared.deletePreparedStatement(store),
      DeleteWorkGroup: groups.deleteWorkGroup(store),
      GetDataCatalog: catalog.getDataCatalog(store),
      GetDatabase: catalog.getDatabase(store),
      GetNamedQuery: named.getNamedQuery(store),
      GetPreparedStatement: prepared.getPreparedStatement(store),
      GetQueryExecution: executions.getQueryExecution(store, runner),
      GetQueryResults: getQueryResults(store),
      GetQueryRuntimeStatistics: executions.getQueryRuntimeStatistics(store),
      GetTableMetadata: catalog.getTableMetadata(store),
      GetWorkGroup: groups.getWorkGroup(store),
      ListDataCatalogs: catalog.listDataCatalogs(store),
      ListDatabases: catalog.listDatabases(store),
      ListEngineVersions: groups.listEngineVersions(store),
      ListNamedQueries: named.listNamedQueries(store),
      ListPreparedStatements: prepared.listPreparedStatements(store),
      ListQueryExecutions: executions.listQueryExecutions(store),
      ListTableMetadata: catalog.listTableMetadata(store),
      ListTagsForResource: tags.listTagsForResource(store),
      ListWorkGroups: groups.listWorkGroups(store),
      StartQueryExecution: startQueryExecution(store, runner),
      StopQueryExecution: executions.stopQueryExecution(store, runner),
      TagResource: tags.tagResource(store),
      UntagResource: tags.untagResource(store),
      UpdateNamedQuery: named.updateNamedQuery(store),
      UpdatePreparedStatement: prepared.updatePreparedStatement(store),
      UpdateWorkGroup: groups.updateWorkGroup(store),
    },
    start: async () => {
      if (store.workGroups.size > 1) store.warm();
    },
    stop: async () => {
      await runner.stop();
      await store.engine.stop();
    },
  };
  return service;
};
