import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { Athena } from "@aws-sdk/client-athena";
import { type Lab, lab } from "../lambda/lab";

/** The calls that Grafana's Athena data source makes. Source: grafana/athena-datasource, pkg/athena. */
describe("Grafana's Athena data source", () => {
  let at: Lab;
  let athena: Athena;
  const context = { Catalog: "AwsDataCatalog", Database: "metrics" };
  before(async () => {
    at = await lab({ clock: "real" });
    athena = new Athena({ ...at.client, maxAttempts: 1 });
    const { call, administrator: admin } = at.cloud;
    await call("s3", "CreateBucket", { Bucket: "lake" }, admin);
    await call("glue", "CreateDatabase", { DatabaseInput: { Name: "metrics" } }, admin);
    await athena.updateWorkGroup({
      WorkGroup: "primary",
      ConfigurationUpdates: { ResultConfigurationUpdates: { OutputLocation: "s3://lake/results/" } },
    });
    await run(
      "CREATE TABLE load WITH (partitioned_by = ARRAY['host']) AS SELECT * FROM (VALUES " +
        "(TIMESTAMP '2026-01-15 12:01:00', 1.5e0, 'a'), (TIMESTAMP '2026-01-15 12:04:00', 2.5e0, 'a'), " +
        "(TIMESTAMP '2026-01-15 12:06:00', 4e0, 'b')) AS t (time, value, host)",
    );
  });
  after(async () => {
    athena.destroy();
    await at.end();
  });

  async function run(QueryString: string) {
    // The data source always sends this configuration, also when reuse is off.
    const ResultReuseConfiguration = {
      ResultReuseByAgeConfiguration: { Enabled: false, MaxAgeInMinutes: 60 },
    };
    const { QueryExecutionId } = await athena.startQueryExecution({
      QueryString,
      QueryExecutionContext: context,
      WorkGroup: "primary",
      ResultReuseConfiguration,
    });
    for (;;) {
      const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId });
      const { State, StateChangeReason, AthenaError } = QueryExecution?.Status ?? {};
      if (State === "SUCCEEDED") return athena.getQueryResults({ QueryExecutionId });
      if (State === "FAILED")
        throw Object.assign(new Error(StateChangeReason), { category: AthenaError?.ErrorCategory });
      await sleep(20);
    }
  }
  const rows = async (sql: string) =>
    ((await run(sql)).ResultSet?.Rows ?? [])
      .slice(1)
      .map(({ Data }) => Data?.map(({ VarCharValue }) => VarCharValue));

  it("finds catalogues, databases, tables, columns, work groups and the engine's version", async () => {
    const { DataCatalogsSummary = [] } = await athena.listDataCatalogs({});
    assert.deepEqual(
      DataCatalogsSummary.map(({ CatalogName }) => CatalogName),
      ["AwsDataCatalog"],
    );
    const { DatabaseList = [] } = await athena.listDatabases({ CatalogName: "AwsDataCatalog" });
    assert.ok(DatabaseList.some(({ Name }) => Name === "metrics"));
    const names = { CatalogName: "AwsDataCatalog", DatabaseName: "metrics" };
    const { TableMetadataList = [] } = await athena.listTableMetadata(names);
    assert.deepEqual(
      TableMetadataList.map(({ Name }) => Name),
      ["load"],
    );
    const { TableMetadata } = await athena.getTableMetadata({ ...names, TableName: "load" });
    assert.deepEqual(
      [...(TableMetadata?.Columns ?? []), ...(TableMetadata?.PartitionKeys ?? [])].map(({ Name, Type }) => [
        Name,
        Type,
      ]),
      [
        ["time", "timestamp"],
        ["value", "double"],
        ["host", "varchar(1)"],
      ],
    );
    const { WorkGroups = [] } = await athena.listWorkGroups({});
    assert.ok(WorkGroups.some(({ Name }) => Name === "primary"));
    const { WorkGroup } = await athena.getWorkGroup({ WorkGroup: "primary" });
    assert.equal(WorkGroup?.Configuration?.EngineVersion?.EffectiveEngineVersion, "Athena engine version 3");
  });

  it("reads series by what its macros expand to", async () => {
    const filter = "time BETWEEN TIMESTAMP '2026-01-15 12:00:00' AND TIMESTAMP '2026-01-15 13:00:00'";
    assert.deepEqual(
      await rows(
        "SELECT FROM_UNIXTIME(FLOOR(TO_UNIXTIME(time)/300)*300) AS t, host, avg(value) AS v FROM load " +
          `WHERE ${filter} GROUP BY 1, 2 ORDER BY 1, 2`,
      ),
      [
        ["2026-01-15 12:00:00.000 UTC", "a", "2.0"],
        ["2026-01-15 12:05:00.000 UTC", "b", "4.0"],
      ],
    );
    assert.deepEqual(
      await rows(
        "SELECT count(*) FROM load WHERE date(time) BETWEEN date '2026-01-15' AND date '2026-01-15'",
      ),
      [["3"]],
    );
    assert.deepEqual(
      await rows("SELECT count(*) FROM load WHERE to_unixtime(time) BETWEEN 1768478400 AND 1768482000"),
      [["3"]],
    );
  });

  it("tells errors of the user from those of the service by the category", () =>
    assert.rejects(run("SELECT nothing FROM load"), { category: 2 }));
});
