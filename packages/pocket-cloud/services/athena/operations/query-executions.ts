import type { QueryExecution } from "@aws-sdk/client-athena";
import { type AthenaOperation, type Make, onExecution, onWorkGroup, PRIMARY } from "../operation";
import { pageOf } from "../pages";
import type { Execution } from "../records";
import type { Runner } from "../runner";
import { type AthenaStore, ENGINE_VERSION } from "../store";

const CATALOG = "awsdatacatalog";

export function shown(execution: Execution): QueryExecution {
  const { error } = execution;
  const elapsed = execution.elapsed ?? 0;
  return {
    QueryExecutionId: execution.id,
    Query: execution.query,
    StatementType: execution.statementType,
    ...(execution.substatementType !== undefined && { SubstatementType: execution.substatementType }),
    ResultConfiguration: { ...execution.resultConfiguration, OutputLocation: execution.location },
    ResultReuseConfiguration: {
      ResultReuseByAgeConfiguration: {
        Enabled: execution.reuseMinutes !== undefined,
        ...(execution.reuseMinutes !== undefined && { MaxAgeInMinutes: execution.reuseMinutes }),
      },
    },
    QueryExecutionContext: {
      Database: execution.database,
      ...(execution.catalog !== CATALOG && { Catalog: execution.catalog }),
    },
    Status: {
      State: execution.state,
      SubmissionDateTime: new Date(execution.submitted),
      ...(execution.reason !== undefined && { StateChangeReason: execution.reason }),
      ...(execution.completed !== undefined && { CompletionDateTime: new Date(execution.completed) }),
      ...(error && {
        AthenaError: {
          ErrorCategory: error.category,
          ErrorType: error.type,
          Retryable: error.retryable,
          ErrorMessage: error.message,
        },
      }),
    },
    Statistics: {
      EngineExecutionTimeInMillis: elapsed,
      DataScannedInBytes: execution.scanned,
      TotalExecutionTimeInMillis: elapsed,
      QueryQueueTimeInMillis: Math.max(0, (execution.started ?? execution.submitted) - execution.submitted),
      ServicePreProcessingTimeInMillis: 0,
      QueryPlanningTimeInMillis: execution.planning ?? 0,
      ServiceProcessingTimeInMillis: 0,
      ResultReuseInformation: { ReusedPreviousResult: execution.reusedFrom !== undefined },
      ...(execution.manifest !== undefined && { DataManifestLocation: execution.manifest }),
    },
    WorkGroup: execution.workGroup,
    EngineVersion: ENGINE_VERSION,
    ...(execution.parameters && { ExecutionParameters: [...execution.parameters] }),
  };
}

/**
 * The answer about a query that runs waits for its end: as long as the query has run, within these limits. A client that polls
 * needs fewer calls, which cost a local query processor time, and learns of the end at once.
 */
const ANSWER_MS = { least: 50, most: 200 };

export const getQueryExecution = (
  store: AthenaStore,
  runner: Runner,
): AthenaOperation<"GetQueryExecution"> => ({
  ...onExecution(store),
  run: async (input) => {
    const execution = store.execution(input.QueryExecutionId);
    await runner.ends(execution, ANSWER_MS);
    return { QueryExecution: shown(execution) };
  },
});

export const batchGetQueryExecution: Make<"BatchGetQueryExecution"> = (store) => ({
  resources: (input) => [
    ...new Set(
      (input.QueryExecutionIds ?? []).flatMap((QueryExecutionId) =>
        onExecution(store).resources({ QueryExecutionId }),
      ),
    ),
  ],
  run: (input) => {
    const ids = input.QueryExecutionIds ?? [];
    return {
      QueryExecutions: ids.flatMap((id) => store.executions.get(id) ?? []).map(shown),
      UnprocessedQueryExecutionIds: ids
        .filter((id) => !store.executions.get(id))
        .map((QueryExecutionId) => ({
          QueryExecutionId,
          ErrorCode: "INVALID_INPUT",
          ErrorMessage: `QueryExecution ${QueryExecutionId} was not found`,
        })),
    };
  },
});

export const listQueryExecutions: Make<"ListQueryExecutions"> = (store) => ({
  ...onWorkGroup(store),
  run: (input) => {
    const name = input.WorkGroup ?? PRIMARY;
    store.workGroup(name);
    const { page, next } = pageOf(
      store.executions.inWorkGroup(name),
      input.NextToken,
      input.MaxResults ?? 50,
    );
    return { QueryExecutionIds: page.map(({ id }) => id), ...(next && { NextToken: next }) };
  },
});

export const stopQueryExecution = (
  store: AthenaStore,
  runner: Runner,
): AthenaOperation<"StopQueryExecution"> => ({
  resources: ({ QueryExecutionId }) => onExecution(store).resources({ QueryExecutionId }),
  run: (input) => {
    runner.cancel(store.execution(input.QueryExecutionId), "Query cancelled by user");
    return {};
  },
});

export const getQueryRuntimeStatistics: Make<"GetQueryRuntimeStatistics"> = (store) => ({
  ...onExecution(store),
  run: (input) => {
    const execution = store.execution(input.QueryExecutionId);
    const elapsed = execution.elapsed ?? 0;
    return {
      QueryRuntimeStatistics: {
        Timeline: {
          QueryQueueTimeInMillis: Math.max(
            0,
            (execution.started ?? execution.submitted) - execution.submitted,
          ),
          ServicePreProcessingTimeInMillis: 0,
          QueryPlanningTimeInMillis: execution.planning ?? 0,
          EngineExecutionTimeInMillis: elapsed,
          ServiceProcessingTimeInMillis: 0,
          TotalExecutionTimeInMillis: elapsed,
        },
        Rows: { InputBytes: execution.scanned, OutputBytes: execution.bytes, OutputRows: execution.rows },
      },
    };
  },
});
