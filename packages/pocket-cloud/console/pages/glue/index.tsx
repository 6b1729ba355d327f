import { call } from "../kit/api";
import { count, time } from "../kit/format";
import { allPages, useLive } from "../kit/live";
import { Badge, Facts, Named, Page, Panel, Tabs } from "../kit/page";
import { ListPanel, Reading } from "../kit/reading";
import { hrefOf, type Route } from "../kit/route";
import { Table } from "../kit/table";
import { CrawlerPage, Crawlers } from "./crawlers";
import { Location } from "./location";
import { readDatabases, readTables } from "./tables";

export function GluePage({ route }: { route: Route }) {
  const [, first, second] = route.path;
  if (first === "crawlers")
    return second === undefined ? <Catalogue crawlers /> : <CrawlerPage key={second} name={second} />;
  if (first === undefined) return <Catalogue />;
  return second === undefined ? (
    <DatabasePage key={first} name={first} />
  ) : (
    <TablePage key={second} database={first} name={second} />
  );
}

function Catalogue({ crawlers = false }: { crawlers?: boolean }) {
  return (
    <Page title="Data catalogue" crumbs={[{ text: "Glue" }]}>
      <Tabs
        tabs={[
          { text: "Databases", href: "#/glue", current: !crawlers },
          { text: "Crawlers", href: "#/glue/crawlers", current: crawlers },
        ]}
      />
      {crawlers ? <Crawlers /> : <Databases />}
    </Page>
  );
}

function Databases() {
  const read = useLive("databases", async (signal) => {
    const databases = await readDatabases(signal);
    return Promise.all(
      databases.map(async (database) => ({
        ...database,
        tables: (await readTables(database.Name ?? "", signal)).length,
      })),
    );
  });
  return (
    <ListPanel
      read={read}
      label="databases"
      rows={read.data ?? []}
      keyOf={({ Name = "" }) => Name}
      columns={[
        {
          name: "Name",
          of: ({ Name = "" }) => <Named icon="catalogue" text={Name} href={hrefOf(["glue", Name])} />,
        },
        { name: "Tables", of: ({ tables }) => count(tables), number: true },
        { name: "Description", of: ({ Description }) => Description, wide: true },
        { name: "Created (UTC)", of: ({ CreateTime }) => time(CreateTime) },
      ]}
    />
  );
}

function DatabasePage({ name }: { name: string }) {
  const read = useLive(`database ${name}`, (signal) => readTables(name, signal));
  return (
    <Page title={name} crumbs={[{ text: "Glue", href: "#/glue" }]}>
      <Reading of={read} />
      {read.data && (
        <Panel class="flush">
          <Table
            label="tables"
            rows={read.data}
            keyOf={({ Name = "" }) => Name}
            textOf={({ Name = "", Description = "" }) => `${Name} ${Description}`}
            columns={[
              {
                name: "Name",
                of: ({ Name = "" }) => <Named icon="table" text={Name} href={hrefOf(["glue", name, Name])} />,
                sort: ({ Name }) => Name,
              },
              {
                name: "Kind",
                of: ({ TableType, Parameters }) =>
                  TableType === "VIRTUAL_VIEW" ? "view" : (Parameters?.classification ?? "table"),
              },
              {
                name: "Columns",
                of: ({ StorageDescriptor }) => count(StorageDescriptor?.Columns?.length ?? 0),
                number: true,
              },
              {
                name: "Location",
                of: ({ StorageDescriptor }) => <Location uri={StorageDescriptor?.Location} />,
                wide: true,
              },
              {
                name: "Query",
                of: ({ Name = "" }) => (
                  <a href={queryHref(name, Name)} aria-label={`Query ${Name}`}>
                    Query
                  </a>
                ),
              },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}

const queryHref = (database: string, table: string): string =>
  hrefOf(["athena"], { sql: `SELECT *\nFROM "${table}"\nLIMIT 20`, database });

function TablePage({ database, name }: { database: string; name: string }) {
  const read = useLive(`glue table ${database} ${name}`, async (signal) => {
    const { Table: table } = await call("glue", "GetTable", { DatabaseName: database, Name: name }, signal);
    const partitioned = (table?.PartitionKeys?.length ?? 0) > 0;
    const projected = table?.Parameters?.["projection.enabled"] === "true";
    const partitions =
      partitioned && !projected
        ? await allPages(
            (NextToken) =>
              call("glue", "GetPartitions", { DatabaseName: database, TableName: name, NextToken }, signal),
            ({ Partitions }) => Partitions,
            ({ NextToken }) => NextToken,
            500,
          )
        : [];
    return { table, partitions, projected };
  });
  const { table, partitions = [], projected } = read.data ?? {};
  const columns = [
    ...(table?.StorageDescriptor?.Columns ?? []).map((column) => ({ ...column, partition: false })),
    ...(table?.PartitionKeys ?? []).map((column) => ({ ...column, partition: true })),
  ];
  return (
    <Page
      title={name}
      crumbs={[
        { text: "Glue", href: "#/glue" },
        { text: database, href: hrefOf(["glue", database]) },
      ]}
      about={table?.Description}
      actions={
        <a class="button" href={queryHref(database, name)}>
          Query in Athena
        </a>
      }
    >
      <Reading of={read} />
      {table && (
        <>
          <Panel>
            <Facts
              facts={{
                Location: <Location uri={table.StorageDescriptor?.Location} />,
                Kind: table.TableType,
                Classification: table.Parameters?.classification,
                "Reader (SerDe)": table.StorageDescriptor?.SerdeInfo?.SerializationLibrary,
                Partitions: projected ? <Badge text="projected" tone="info" /> : count(partitions.length),
                "Updated (UTC)": time(table.UpdateTime),
              }}
            />
          </Panel>
          <Panel class="flush" title="Columns">
            <Table
              label="columns"
              rows={columns}
              keyOf={({ Name = "" }) => Name}
              columns={[
                { name: "Name", of: ({ Name }) => <code>{Name}</code> },
                { name: "Type", of: ({ Type }) => <code>{Type}</code> },
                { name: "Role", of: ({ partition }) => partition && <Badge text="partition" tone="info" /> },
                { name: "Comment", of: ({ Comment }) => Comment, wide: true },
              ]}
            />
          </Panel>
          {partitions.length > 0 && (
            <Panel class="flush" title="Partitions">
              <Table
                label="partitions"
                rows={partitions}
                keyOf={({ Values = [] }) => Values.join("/")}
                textOf={({ Values = [] }) => Values.join("/")}
                columns={[
                  {
                    name: "Values",
                    of: ({ Values = [] }) => <code>{Values.join(" / ")}</code>,
                    sort: ({ Values = [] }) => Values.join("/"),
                  },
                  {
                    name: "Location",
                    of: ({ StorageDescriptor }) => <Location uri={StorageDescriptor?.Location} />,
                    wide: true,
                  },
                  { name: "Created (UTC)", of: ({ CreationTime }) => time(CreationTime) },
                ]}
              />
            </Panel>
          )}
        </>
      )}
    </Page>
  );
}
