import { call } from "../kit/api";
import { bytes, count, time } from "../kit/format";
import { useLive } from "../kit/live";
import { Badge, Facts, Loading, Named, Page, Panel, Problem, Tabs } from "../kit/page";
import { Reading } from "../kit/reading";
import { hrefOf, type Route } from "../kit/route";
import { Table } from "../kit/table";
import { Graphs, graph } from "../monitoring/graphs";
import { Items } from "./items";

export const DynamoPage = ({ route }: { route: Route }) =>
  route.path[1] === undefined ? (
    <Tables />
  ) : (
    <TablePage key={route.path[1]} name={route.path[1]} tab={route.path[2] ?? "items"} />
  );

const keyText = (
  schema: readonly { AttributeName?: string | undefined; KeyType?: string | undefined }[] = [],
): string => schema.map(({ AttributeName }) => AttributeName).join(", ");

function Tables() {
  const tables = useLive(
    "tables",
    async (signal) => {
      const { TableNames = [] } = await call("dynamodb", "ListTables", { Limit: 100 }, signal);
      return Promise.all(
        TableNames.map(
          async (TableName) => (await call("dynamodb", "DescribeTable", { TableName }, signal)).Table,
        ),
      );
    },
    10_000,
  );
  return (
    <Page title="Tables" crumbs={[{ text: "DynamoDB" }]}>
      <Reading of={tables} />
      {tables.data && (
        <Panel class="flush">
          <Table
            label="tables"
            rows={tables.data}
            keyOf={(table) => table?.TableName ?? ""}
            textOf={(table) => table?.TableName ?? ""}
            columns={[
              {
                name: "Name",
                of: (table) => (
                  <Named
                    icon="table"
                    text={table?.TableName ?? ""}
                    href={hrefOf(["dynamodb", table?.TableName ?? ""])}
                  />
                ),
                sort: (table) => table?.TableName,
              },
              { name: "Status", of: (table) => <Badge text={table?.TableStatus} /> },
              { name: "Key", of: (table) => keyText(table?.KeySchema) },
              {
                name: "Items",
                of: (table) => count(table?.ItemCount),
                sort: (table) => table?.ItemCount,
                number: true,
              },
              {
                name: "Size",
                of: (table) => bytes(table?.TableSizeBytes),
                sort: (table) => table?.TableSizeBytes,
                number: true,
              },
              {
                name: "Capacity",
                of: (table) =>
                  table?.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST" ? "on demand" : "provisioned",
              },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}

const TABS = { items: "Items", monitoring: "Monitoring", details: "Details" } as const;

function TablePage({ name, tab }: { name: string; tab: string }) {
  const read = useLive(
    `table ${name}`,
    (signal) => call("dynamodb", "DescribeTable", { TableName: name }, signal),
    10_000,
  );
  const table = read.data?.Table;
  return (
    <Page
      title={name}
      crumbs={[{ text: "DynamoDB", href: "#/dynamodb" }]}
      about={table && <Badge text={table.TableStatus} />}
    >
      <Tabs
        tabs={Object.entries(TABS).map(([key, text]) => ({
          text,
          href: hrefOf(["dynamodb", name, ...(key === "items" ? [] : [key])]),
          current: key === tab,
        }))}
      />
      <Problem error={read.error} />
      {!table && !read.error && <Loading />}
      {table && tab === "items" && <Items table={table} />}
      {tab === "monitoring" && <Graphs graphs={GRAPHS.map((make) => make(name))} />}
      {table && tab === "details" && (
        <Panel>
          <Facts
            facts={{
              ARN: <code>{table.TableArn}</code>,
              Key: keyText(table.KeySchema),
              Items: count(table.ItemCount),
              Size: bytes(table.TableSizeBytes),
              Capacity:
                table.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST" ? "on demand" : "provisioned",
              Indexes:
                table.GlobalSecondaryIndexes?.map(
                  ({ IndexName, KeySchema }) => `${IndexName} (${keyText(KeySchema)})`,
                ).join("; ") || "none",
              "Deletion protection": table.DeletionProtectionEnabled ? "on" : "off",
              Encryption: table.SSEDescription?.KMSMasterKeyArn ?? "AWS owned key",
              Created: `${time(table.CreationDateTime)} UTC`,
            }}
          />
        </Panel>
      )}
    </Page>
  );
}

const metric = graph("AWS/DynamoDB", "TableName");
const GRAPHS = [
  metric("Write capacity used", { ConsumedWriteCapacityUnits: "Sum" }),
  metric("Read capacity used", { ConsumedReadCapacityUnits: "Sum" }),
  metric("Conditional checks that failed", { ConditionalCheckFailedRequests: "Sum" }),
  metric("Throttled", { WriteThrottleEvents: "Sum", ReadThrottleEvents: "Sum" }),
];
