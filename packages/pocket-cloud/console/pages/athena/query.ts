import type { QueryExecution } from "@aws-sdk/client-athena";
import { useEffect, useRef, useState } from "preact/hooks";
import { call, type Json } from "../kit/api";

export type Execution = Json<QueryExecution>;

export interface Result {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly next?: string | undefined;
}

export interface Running {
  readonly execution?: Execution | undefined;
  readonly result?: Result | undefined;
  readonly error?: Error | undefined;
  readonly busy: boolean;
}

const POLL_MS = 250;
const ENDED = new Set(["SUCCEEDED", "FAILED", "CANCELLED"]);
const PAGE = 500;

/** Runs one query at a time, follows it, and reads its result. */
export function useQuery() {
  const [state, setState] = useState<Running>({ busy: false });
  const current = useRef<string | undefined>(undefined);
  const cancelled = useRef(false);
  useEffect(
    () => () => {
      current.current = undefined;
    },
    [],
  );

  const follow = async (id: string) => {
    current.current = id;
    setState({ busy: true });
    try {
      for (;;) {
        const { QueryExecution: execution } = await call("athena", "GetQueryExecution", {
          QueryExecutionId: id,
        });
        if (current.current !== id) return;
        const state = execution?.Status?.State ?? "FAILED";
        if (!ENDED.has(state)) setState({ execution, busy: true });
        else {
          const result = state === "SUCCEEDED" ? await readResult(id) : undefined;
          if (current.current === id) setState({ execution, result, busy: false });
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    } catch (error) {
      if (current.current === id) setState({ busy: false, error: error as Error });
    }
  };

  const run = async (QueryString: string, WorkGroup: string, Database: string | undefined) => {
    setState({ busy: true });
    cancelled.current = false;
    current.current = undefined;
    try {
      const { QueryExecutionId = "" } = await call("athena", "StartQueryExecution", {
        QueryString,
        WorkGroup,
        ...(Database !== undefined && { QueryExecutionContext: { Database } }),
      });
      if (cancelled.current) await call("athena", "StopQueryExecution", { QueryExecutionId });
      await follow(QueryExecutionId);
    } catch (error) {
      setState({ busy: false, error: error as Error });
    }
  };

  const cancel = async () => {
    // Without an ID the query is about to start, and is stopped then.
    cancelled.current = true;
    const QueryExecutionId = current.current;
    if (QueryExecutionId !== undefined) await call("athena", "StopQueryExecution", { QueryExecutionId });
  };

  const more = async () => {
    const id = current.current;
    const { result } = state;
    if (id === undefined || result?.next === undefined) return;
    const page = await readResult(id, result.next);
    setState({
      ...state,
      result: { ...page, columns: result.columns, rows: [...result.rows, ...page.rows] },
    });
  };
  return { ...state, run, cancel, follow, more };
}

/** A page of a result. The first page begins with a row of column names, except for statements like SHOW. */
async function readResult(QueryExecutionId: string, NextToken?: string): Promise<Result> {
  const output = await call("athena", "GetQueryResults", {
    QueryExecutionId,
    MaxResults: PAGE,
    ...(NextToken !== undefined && { NextToken }),
  });
  const columns = (output.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name = "", Type = "" }) => ({
    name: Name,
    type: Type,
  }));
  const rows = (output.ResultSet?.Rows ?? []).map(({ Data = [] }) =>
    columns.map((_, index) => Data[index]?.VarCharValue ?? null),
  );
  const first = rows[0];
  const isHeader =
    NextToken === undefined &&
    first !== undefined &&
    columns.every(({ name }, index) => first[index] === name);
  return { columns, rows: isHeader ? rows.slice(1) : rows, next: output.NextToken };
}
