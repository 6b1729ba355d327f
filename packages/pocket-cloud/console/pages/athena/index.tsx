import { useState } from "preact/hooks";
import { type GlueTable, readDatabases, readTables } from "../glue/tables";
import { call } from "../kit/api";
import { bytes, duration } from "../kit/format";
import { Icon } from "../kit/icons";
import { useLive } from "../kit/live";
import { Badge, Page, Panel, Problem, Tabs } from "../kit/page";
import { hrefOf, type Route } from "../kit/route";
import { Grid } from "../preview/grid";
import { Editor } from "./editor";
import { History, Saved } from "./lists";
import { type Running, useQuery } from "./query";
import { QuickChart } from "./quick-chart";
import { costOf, dollars } from "./sql";
import { TableTree } from "./table-tree";

const TABS = { editor: "Editor", history: "History", saved: "Saved queries" } as const;
/** The statement survives a reload. */
const DRAFT = "pocket-cloud-athena";

export function AthenaPage({ route }: { route: Route }) {
  const tab = route.path[1] ?? "editor";
  return (
    <Page title="Query editor" crumbs={[{ text: "Athena" }]}>
      <Tabs
        tabs={Object.entries(TABS).map(([key, text]) => ({
          text,
          href: hrefOf(["athena", ...(key === "editor" ? [] : [key])]),
          current: tab === key,
        }))}
      />
      {tab === "editor" && <QueryPage key={route.query.sql ?? ""} route={route} />}
      {tab === "history" && <History />}
      {tab === "saved" && <Saved />}
    </Page>
  );
}

function QueryPage({ route }: { route: Route }) {
  const setup = useLive("athena setup", async (signal) => {
    const [{ WorkGroups = [] }, databases] = await Promise.all([
      call("athena", "ListWorkGroups", {}, signal),
      readDatabases(signal),
    ]);
    const groups = WorkGroups.flatMap(({ Name }) => Name ?? []);
    return {
      // The workgroup that somebody made for queries, before the one that every account has.
      groups: [
        ...groups.filter((name) => name !== "primary"),
        ...groups.filter((name) => name === "primary"),
      ],
      databases: databases.flatMap(({ Name }) => Name ?? []),
    };
  });
  const [group, setGroup] = useState<string>();
  const [database, setDatabase] = useState<string | undefined>(route.query.database);
  const chosenGroup = group ?? setup.data?.groups[0] ?? "primary";
  const chosenDatabase =
    database ?? setup.data?.databases.find((name) => name !== "default") ?? setup.data?.databases[0];
  const tables = useLive(`athena tables ${chosenDatabase}`, async (signal) =>
    chosenDatabase === undefined ? [] : readTables(chosenDatabase, signal),
  );
  const [sql, setSql] = useState(route.query.sql ?? localStorage.getItem(DRAFT) ?? "");
  const change = (text: string) => {
    setSql(text);
    localStorage.setItem(DRAFT, text);
  };
  const query = useQuery();
  const run = () => {
    if (sql.trim() !== "" && !query.busy) void query.run(sql, chosenGroup, chosenDatabase);
  };
  const catalogue = {
    tables: (tables.data ?? []).map((table) => ({ name: table.Name ?? "", columns: columnsOf(table) })),
  };
  const example =
    (tables.data ?? []).find(({ TableType }) => TableType === "VIRTUAL_VIEW") ?? tables.data?.[0];
  return (
    <div class="athena">
      <aside class="panel flush" aria-label="Tables">
        <div class="toolbar form">
          <label>
            Database
            <select value={chosenDatabase} onChange={(event) => setDatabase(event.currentTarget.value)}>
              {setup.data?.databases.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        </div>
        <TableTree
          tables={tables.data ?? []}
          insert={(text) =>
            change(sql === "" ? text : `${sql}${sql.endsWith(" ") || sql.endsWith("\n") ? "" : " "}${text}`)
          }
          preview={(name) => {
            const statement = `SELECT *\nFROM "${name}"\nLIMIT 20`;
            change(statement);
            void query.run(statement, chosenGroup, chosenDatabase);
          }}
        />
      </aside>
      <div class="main">
        <Problem error={setup.error ?? tables.error} />
        <Panel class="flush">
          <Editor
            value={sql}
            onChange={change}
            onRun={run}
            placeholder={`SELECT * FROM ${example?.Name ?? "…"} LIMIT 20`}
            catalogue={catalogue}
          />
          <div class="toolbar run">
            {query.busy ? (
              <button type="button" onClick={() => void query.cancel()}>
                <Icon name="stop" /> Cancel
              </button>
            ) : (
              <button type="button" class="primary" disabled={sql.trim() === ""} onClick={run}>
                <Icon name="play" /> Run
              </button>
            )}
            <span class="muted hint">Ctrl+Enter</span>
            <label class="row">
              Workgroup
              <select value={chosenGroup} onChange={(event) => setGroup(event.currentTarget.value)}>
                {setup.data?.groups.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </select>
            </label>
            <Statistics running={query} />
          </div>
        </Panel>
        <Problem error={query.error ?? failureOf(query)} />
        {!query.result && !query.busy && !query.execution && (
          <p class="muted">
            Write a statement, open a <a href={hrefOf(["athena", "saved"])}>saved query</a>, or open a table
            in the list and choose Preview.
          </p>
        )}
        {query.result && <Results running={query} more={query.more} />}
      </div>
    </div>
  );
}

const columnsOf = ({ StorageDescriptor, PartitionKeys = [] }: GlueTable): string[] =>
  [...(StorageDescriptor?.Columns ?? []), ...PartitionKeys].map(({ Name = "" }) => Name);

function failureOf({ execution }: Running): Error | undefined {
  if (execution?.Status?.State !== "FAILED") return undefined;
  const error = new Error(execution.Status.StateChangeReason ?? "");
  error.name = "Query failed";
  return error;
}

/** How the query goes: its state, its time, what it scanned and what that costs in AWS. */
function Statistics({ running: { execution, busy } }: { running: Running }) {
  const { TotalExecutionTimeInMillis, DataScannedInBytes } = execution?.Statistics ?? {};
  return (
    <span class="statistics" role="status">
      {(busy || execution) && <Badge text={execution?.Status?.State ?? "QUEUED"} />}
      {execution && !busy && (
        <>
          <span>{duration(TotalExecutionTimeInMillis)}</span>
          <span>{bytes(DataScannedInBytes)} scanned</span>
          <span title="At $5 per TB with at least 10 MB a query">
            {dollars(costOf(DataScannedInBytes ?? 0))} in AWS
          </span>
        </>
      )}
    </span>
  );
}

function Results({ running: { result }, more }: { running: Running; more: () => Promise<void> }) {
  const [view, setView] = useState<"table" | "chart">("table");
  if (!result) return null;
  const csv = () => {
    const quote = (text: string | null) => (text === null ? "" : `"${text.replaceAll('"', '""')}"`);
    const lines = [
      result.columns.map(({ name }) => quote(name)),
      ...result.rows.map((row) => row.map(quote)),
    ];
    return lines.map((line) => line.join(",")).join("\n");
  };
  return (
    <Panel
      class="flush"
      title={`${result.rows.length}${result.next === undefined ? "" : "+"} row${result.rows.length === 1 ? "" : "s"}`}
      actions={
        <>
          <div class="segments">
            <button type="button" aria-pressed={view === "table"} onClick={() => setView("table")}>
              Table
            </button>
            <button type="button" aria-pressed={view === "chart"} onClick={() => setView("chart")}>
              Chart
            </button>
          </div>
          <button type="button" class="quiet" onClick={() => void navigator.clipboard.writeText(csv())}>
            Copy as CSV
          </button>
        </>
      }
    >
      {view === "chart" ? (
        <QuickChart result={result} />
      ) : (
        <Grid label="Result" columns={result.columns.map(({ name }) => name)} rows={result.rows} />
      )}
      {result.next !== undefined && (
        <div class="toolbar">
          <button type="button" onClick={() => void more()}>
            Read more rows
          </button>
        </div>
      )}
    </Panel>
  );
}
