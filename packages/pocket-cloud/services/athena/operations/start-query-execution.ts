import { randomUUID } from "node:crypto";
import type { ResultConfiguration } from "@aws-sdk/client-athena";
import { QueryFailure } from "../../../../trino-duckdb";
import type { Input } from "../../../models";
import type { Call } from "../../../service";
import { invalidRequest } from "../errors";
import { type AthenaOperation, onWorkGroup, PRIMARY, viaAthena } from "../operation";
import type { Execution, WorkGroupRecord } from "../records";
import { reusable } from "../run/reuse";
import type { Runner } from "../runner";
import { kindOf, parseSubmission, type Submission } from "../statements/submission";
import type { AthenaStore } from "../store";

export const startQueryExecution = (
  store: AthenaStore,
  runner: Runner,
): AthenaOperation<"StartQueryExecution"> => ({
  ...onWorkGroup(store),
  run: (input, call) => {
    const group = store.workGroup(input.WorkGroup ?? PRIMARY);
    if (group.workGroup.State === "DISABLED")
      throw invalidRequest(`WorkGroup ${group.workGroup.Name} is disabled.`);
    const before = sameToken(store, input);
    if (before) return { QueryExecutionId: before.id };
    const submission = submitted(input.QueryString ?? "");
    checkLocation(submission, group);
    const execution = newExecution(store, group, input, call, submission);
    const reused = reusable(store, execution);
    if (reused) store.executions.save(reused);
    else runner.submit(execution, submission);
    return { QueryExecutionId: execution.id };
  },
});

function sameToken(store: AthenaStore, input: Input<"athena", "StartQueryExecution">): Execution | undefined {
  const token = input.ClientRequestToken;
  if (token === undefined) return undefined;
  for (const execution of store.executions.all()) {
    if (execution.token !== token) continue;
    if (execution.query !== input.QueryString || execution.workGroup !== (input.WorkGroup ?? PRIMARY))
      throw invalidRequest("Idempotent parameters do not match", "IDEMPOTENT_PARAMETER_MISMATCH");
    return execution;
  }
  return undefined;
}

function newExecution(
  store: AthenaStore,
  group: WorkGroupRecord,
  input: Input<"athena", "StartQueryExecution">,
  call: Call,
  submission: Submission,
): Execution {
  const kind = kindOf(submission);
  const id = randomUUID();
  const configuration = group.workGroup.Configuration ?? {};
  const results = resultConfiguration(
    store,
    configuration.EnforceWorkGroupConfiguration === true,
    configuration.ResultConfiguration,
    input.ResultConfiguration,
  );
  const folder = (results.OutputLocation ?? "").replace(/\/?$/, "/");
  const reuse = input.ResultReuseConfiguration?.ResultReuseByAgeConfiguration;
  return {
    id,
    query: input.QueryString ?? "",
    workGroup: group.workGroup.Name,
    catalog: (input.QueryExecutionContext?.Catalog ?? "awsdatacatalog").toLowerCase(),
    // awswrangler sends the database of MSCK REPAIR TABLE in backticks.
    database: (input.QueryExecutionContext?.Database ?? "default").toLowerCase().replace(/^`(.+)`$/, "$1"),
    location: `${folder}${resultName(id, kind.substatementType)}`,
    resultConfiguration: { ...results },
    metrics: configuration.PublishCloudWatchMetricsEnabled === true,
    caller: viaAthena(call.caller),
    submitted: store.cloud.clock.now(),
    ...kind,
    state: "QUEUED",
    scanned: 0,
    rows: 0,
    bytes: 0,
    ...(input.ExecutionParameters && { parameters: input.ExecutionParameters }),
    ...(reuse?.Enabled && { reuseMinutes: reuse.MaxAgeInMinutes ?? 60 }),
    ...(configuration.BytesScannedCutoffPerQuery !== undefined && {
      cutoff: configuration.BytesScannedCutoffPerQuery,
    }),
    ...(input.ClientRequestToken !== undefined && { token: input.ClientRequestToken }),
  };
}

/** Statements that write rows have no result object, but a manifest and metadata whose names begin with this name. */
const resultNames: Readonly<Record<string, (id: string) => string>> = {
  SELECT: (id) => `${id}.csv`,
  INSERT: (id) => id,
  UNLOAD: (id) => id,
  CREATE_TABLE_AS_SELECT: (id) => `tables/${id}`,
};

const resultName = (id: string, kind: string | undefined): string =>
  (resultNames[kind ?? ""] ?? ((name) => `${name}.txt`))(id);

/**
 * A workgroup that enforces its settings also decides where tables are created. Source: Athena User Guide, "Considerations
 * and limitations for CTAS queries"; the text is that of answers quoted in public repositories.
 */
function checkLocation(submission: Submission, { workGroup }: WorkGroupRecord): void {
  const enforced = workGroup.Configuration?.EnforceWorkGroupConfiguration === true;
  if (enforced && "statement" in submission && submission.statement.namesLocation)
    throw invalidRequest(
      "The Create Table As Select query failed because it was submitted with an 'external_location' property to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the 'external_location' property and resubmit the query.",
    );
}

/** A text that is not SQL is refused at once; every other mistake fails the execution. */
function submitted(query: string): Submission {
  try {
    return parseSubmission(query);
  } catch (error) {
    if (error instanceof QueryFailure)
      throw invalidRequest(error.message.replace(/^SYNTAX_ERROR: /, ""), "MALFORMED_QUERY");
    throw error;
  }
}

/** The workgroup's configuration takes precedence if it is enforced, otherwise the call's does. */
function resultConfiguration(
  store: AthenaStore,
  enforced: boolean,
  group: ResultConfiguration | undefined,
  own: ResultConfiguration | undefined,
): ResultConfiguration {
  const result = enforced ? (group ?? {}) : { ...group, ...own };
  const match = /^s3:\/\/([^/]+)/.exec(result.OutputLocation ?? "");
  if (!match)
    throw invalidRequest(
      "No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.",
    );
  if (!store.cloud.s3Files().hasBucket(match[1] ?? ""))
    throw invalidRequest(`Unable to verify/create output bucket ${match[1]}`);
  if (result.EncryptionConfiguration?.EncryptionOption === "CSE_KMS")
    throw invalidRequest("The embedded cloud does not support CSE_KMS encryption of results");
  return result;
}
