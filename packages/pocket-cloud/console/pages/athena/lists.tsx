import { call } from "../kit/api";
import { bytes, duration, time } from "../kit/format";
import { allPages, useLive } from "../kit/live";
import { Badge } from "../kit/page";
import { ListPanel } from "../kit/reading";
import { hrefOf } from "../kit/route";
import type { Execution } from "./query";
import { costOf, dollars } from "./sql";

const workgroups = async (signal: AbortSignal): Promise<string[]> => {
  const { WorkGroups = [] } = await call("athena", "ListWorkGroups", {}, signal);
  return WorkGroups.flatMap(({ Name }) => Name ?? []);
};

/** The last queries of all workgroups. */
export function History() {
  const history = useLive(
    "athena history",
    async (signal) => {
      const lists = await Promise.all(
        (await workgroups(signal)).map(async (WorkGroup): Promise<Execution[]> => {
          const { QueryExecutionIds = [] } = await call(
            "athena",
            "ListQueryExecutions",
            { WorkGroup, MaxResults: 50 },
            signal,
          );
          if (QueryExecutionIds.length === 0) return [];
          const { QueryExecutions = [] } = await call(
            "athena",
            "BatchGetQueryExecution",
            { QueryExecutionIds },
            signal,
          );
          return QueryExecutions;
        }),
      );
      const at = ({ Status }: Execution) => Status?.SubmissionDateTime ?? "";
      return lists.flat().sort((a, b) => (at(a) < at(b) ? 1 : -1));
    },
    5000,
  );
  return (
    <ListPanel
      read={history}
      label="queries"
      rows={history.data ?? []}
      keyOf={({ QueryExecutionId = "" }) => QueryExecutionId}
      textOf={({ Query = "", WorkGroup = "" }) => `${Query} ${WorkGroup}`}
      columns={[
        {
          name: "Started (UTC)",
          of: ({ Status }) => time(Status?.SubmissionDateTime),
          sort: ({ Status }) => Status?.SubmissionDateTime,
        },
        {
          name: "Statement",
          of: ({ Query = "" }) => (
            <a class="statement" href={hrefOf(["athena"], { sql: Query })}>
              <code>{Query.trim().replace(/\s+/g, " ").slice(0, 160)}</code>
            </a>
          ),
          wide: true,
        },
        { name: "State", of: ({ Status }) => <Badge text={Status?.State} /> },
        {
          name: "Time",
          of: ({ Statistics }) => duration(Statistics?.TotalExecutionTimeInMillis),
          sort: ({ Statistics }) => Statistics?.TotalExecutionTimeInMillis,
          number: true,
        },
        {
          name: "Scanned",
          of: ({ Statistics }) => bytes(Statistics?.DataScannedInBytes),
          sort: ({ Statistics }) => Statistics?.DataScannedInBytes,
          number: true,
        },
        {
          name: "Cost in AWS",
          of: ({ Statistics }) => dollars(costOf(Statistics?.DataScannedInBytes ?? 0)),
          number: true,
        },
        { name: "Workgroup", of: ({ WorkGroup }) => WorkGroup },
      ]}
    />
  );
}

/** The named queries of all workgroups. */
export function Saved() {
  const saved = useLive("athena saved", async (signal) => {
    const lists = await Promise.all(
      (await workgroups(signal)).map((WorkGroup) =>
        allPages(
          async (NextToken) => {
            const page = { WorkGroup, MaxResults: 50, NextToken };
            const list = await call("athena", "ListNamedQueries", page, signal);
            const { NamedQueryIds = [] } = list;
            if (NamedQueryIds.length === 0) return { queries: [], next: undefined };
            const batch = await call("athena", "BatchGetNamedQuery", { NamedQueryIds }, signal);
            return { queries: batch.NamedQueries ?? [], next: list.NextToken };
          },
          ({ queries }) => queries,
          ({ next }) => next,
        ),
      ),
    );
    return lists.flat().sort(({ Name: a = "" }, { Name: b = "" }) => a.localeCompare(b));
  });
  return (
    <ListPanel
      read={saved}
      label="saved queries"
      rows={saved.data ?? []}
      keyOf={({ NamedQueryId = "" }) => NamedQueryId}
      textOf={({ Name = "", Description = "" }) => `${Name} ${Description}`}
      empty="No named queries. A program creates them with CreateNamedQuery."
      columns={[
        {
          name: "Name",
          of: ({ Name = "", QueryString = "", Database }) => (
            <a href={hrefOf(["athena"], { sql: QueryString, database: Database })}>{Name}</a>
          ),
          sort: ({ Name }) => Name,
        },
        { name: "Description", of: ({ Description }) => Description, wide: true },
        { name: "Database", of: ({ Database }) => Database },
        { name: "Workgroup", of: ({ WorkGroup }) => WorkGroup },
      ]}
    />
  );
}
