import type { PreparedStatement } from "@aws-sdk/client-athena";
import { QueryFailure } from "../../../../trino-duckdb";
import { invalidRequest, notFound } from "../errors";
import { type Make, onWorkGroup } from "../operation";
import { pageOf } from "../pages";
import type { PreparedStatementRecord } from "../records";
import { checkPrepared } from "../run/parameters";
import type { AthenaStore } from "../store";

const preparedStatement = (record: PreparedStatementRecord): PreparedStatement => ({
  StatementName: record.name,
  WorkGroupName: record.workGroup,
  QueryStatement: record.query,
  LastModifiedTime: new Date(record.modified),
  ...(record.description !== undefined && { Description: record.description }),
});

interface Named {
  readonly StatementName?: string | undefined;
  readonly WorkGroup?: string | undefined;
}

function find(store: AthenaStore, input: Named): PreparedStatementRecord {
  const found = store.prepared.get(`${input.WorkGroup}/${input.StatementName}`);
  if (!found)
    throw notFound(
      `PreparedStatement ${input.StatementName} was not found in workGroup ${input.WorkGroup}`,
      input.StatementName ?? "",
    );
  return found;
}

function queryStatement({
  QueryStatement: text = "",
}: {
  readonly QueryStatement?: string | undefined;
}): string {
  try {
    checkPrepared(text);
    return text;
  } catch (error) {
    throw error instanceof QueryFailure ? invalidRequest(error.message) : error;
  }
}

export const createPreparedStatement: Make<"CreatePreparedStatement"> = (store) => ({
  ...onWorkGroup(store),
  run: (input) => {
    const [name, workGroup] = [input.StatementName ?? "", input.WorkGroup ?? ""];
    store.workGroup(workGroup);
    if (store.prepared.has(`${workGroup}/${name}`))
      throw invalidRequest(`PreparedStatement ${name} already exists in WorkGroup ${workGroup}`);
    store.prepared.set(`${workGroup}/${name}`, {
      name,
      workGroup,
      query: queryStatement(input),
      modified: store.cloud.clock.now(),
      ...(input.Description !== undefined && { description: input.Description }),
    });
    return {};
  },
});

export const getPreparedStatement: Make<"GetPreparedStatement"> = (store) => ({
  ...onWorkGroup(store),
  run: (input) => ({ PreparedStatement: preparedStatement(find(store, input)) }),
});

export const batchGetPreparedStatement: Make<"BatchGetPreparedStatement"> = (store) => ({
  ...onWorkGroup(store),
  run: (input) => {
    const names = input.PreparedStatementNames ?? [];
    const record = (name: string) => store.prepared.get(`${input.WorkGroup}/${name}`);
    return {
      PreparedStatements: names.flatMap((name) => record(name) ?? []).map(preparedStatement),
      UnprocessedPreparedStatementNames: names
        .filter((name) => !record(name))
        .map((StatementName) => ({
          StatementName,
          ErrorCode: "STATEMENT_NOT_FOUND",
          ErrorMessage: `PreparedStatement ${StatementName} was not found`,
        })),
    };
  },
});

export const updatePreparedStatement: Make<"UpdatePreparedStatement"> = (store) => ({
  ...onWorkGroup(store),
  run: (input) => {
    find(store, input);
    const query = queryStatement(input);
    store.prepared.update(`${input.WorkGroup}/${input.StatementName}`, (record) => {
      record.query = query;
      record.modified = store.cloud.clock.now();
      if (input.Description !== undefined) record.description = input.Description;
    });
    return {};
  },
});

export const deletePreparedStatement: Make<"DeletePreparedStatement"> = (store) => ({
  ...onWorkGroup(store),
  run: (input) => {
    find(store, input);
    store.prepared.delete(`${input.WorkGroup}/${input.StatementName}`);
    return {};
  },
});

export const listPreparedStatements: Make<"ListPreparedStatements"> = (store) => ({
  ...onWorkGroup(store),
  run: (input) => {
    store.workGroup(input.WorkGroup ?? "");
    const all = store.prepared.values().filter((one) => one.workGroup === input.WorkGroup);
    const { page, next } = pageOf(all, input.NextToken, input.MaxResults ?? 50);
    return {
      PreparedStatements: page.map(({ name, modified }) => ({
        StatementName: name,
        LastModifiedTime: new Date(modified),
      })),
      ...(next && { NextToken: next }),
    };
  },
});
