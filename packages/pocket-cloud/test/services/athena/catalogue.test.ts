import { strict as assert } from "node:assert";
import {
  BatchGetNamedQueryCommand,
  BatchGetPreparedStatementCommand,
  CreateNamedQueryCommand,
  CreatePreparedStatementCommand,
  CreateWorkGroupCommand,
  DeleteNamedQueryCommand,
  DeletePreparedStatementCommand,
  DeleteWorkGroupCommand,
  GetDatabaseCommand,
  GetDataCatalogCommand,
  GetNamedQueryCommand,
  GetPreparedStatementCommand,
  GetTableMetadataCommand,
  GetWorkGroupCommand,
  ListDatabasesCommand,
  ListDataCatalogsCommand,
  ListEngineVersionsCommand,
  ListNamedQueriesCommand,
  ListPreparedStatementsCommand,
  ListTableMetadataCommand,
  ListTagsForResourceCommand,
  ListWorkGroupsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateNamedQueryCommand,
  UpdatePreparedStatementCommand,
  UpdateWorkGroupCommand,
} from "@aws-sdk/client-athena";
import type { Caller } from "../../../caller";
import { furnish, startWorld, ticks, view, type World } from "./harness";

describe("Athena resources", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await furnish(world);
    await world.table(ticks());
  });
  after(() => world.stop());

  it("creates, updates, lists and deletes workgroups", async () => {
    const { athena } = world;
    const Configuration = {
      ResultConfiguration: { OutputLocation: "s3://results/w/" },
      BytesScannedCutoffPerQuery: 20_000_000,
    };
    await athena.send(
      new CreateWorkGroupCommand({
        Name: "w",
        Description: "mine",
        Configuration,
        Tags: [{ Key: "a", Value: "1" }],
      }),
    );
    await assert.rejects(athena.send(new CreateWorkGroupCommand({ Name: "w" })), {
      name: "InvalidRequestException",
      message: "WorkGroup is already created",
    });
    await athena.send(
      new UpdateWorkGroupCommand({
        WorkGroup: "w",
        ConfigurationUpdates: {
          RemoveBytesScannedCutoffPerQuery: true,
          PublishCloudWatchMetricsEnabled: true,
          ResultConfigurationUpdates: { OutputLocation: "s3://results/x/" },
        },
      }),
    );
    const { WorkGroup } = await athena.send(new GetWorkGroupCommand({ WorkGroup: "w" }));
    assert.deepEqual(WorkGroup?.Configuration, {
      EnforceWorkGroupConfiguration: true,
      PublishCloudWatchMetricsEnabled: true,
      RequesterPaysEnabled: false,
      ResultConfiguration: { OutputLocation: "s3://results/x/" },
      EngineVersion: { SelectedEngineVersion: "AUTO", EffectiveEngineVersion: "Athena engine version 3" },
    });
    const { WorkGroups } = await athena.send(new ListWorkGroupsCommand({}));
    assert.deepEqual(
      WorkGroups?.map(({ Name }) => Name),
      ["primary", "w"],
    );
    await assert.rejects(
      athena.send(
        new CreateWorkGroupCommand({ Name: "low", Configuration: { BytesScannedCutoffPerQuery: 5 } }),
      ),
      {
        message:
          "1 validation error detected: Value '5' at 'configuration.bytesScannedCutoffPerQuery' failed to satisfy constraint: Member must have value greater than or equal to 10000000",
      },
    );
    assert.ok((await athena.send(new ListEngineVersionsCommand({}))).EngineVersions?.length);
  });

  it("tags them", async () => {
    const { athena, cloud } = world;
    const ResourceARN = `arn:aws:athena:${cloud.region}:${cloud.accountId}:workgroup/w`;
    await athena.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: "b", Value: "2" }] }));
    await athena.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["a"] }));
    assert.deepEqual((await athena.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags, [
      { Key: "b", Value: "2" },
    ]);
  });

  it("keeps named queries", async () => {
    const { athena } = world;
    const { NamedQueryId = "" } = await athena.send(
      new CreateNamedQueryCommand({ Name: "n", Database: "market", QueryString: "SELECT 1", WorkGroup: "w" }),
    );
    await athena.send(new UpdateNamedQueryCommand({ NamedQueryId, Name: "n2", QueryString: "SELECT 2" }));
    const { NamedQuery } = await athena.send(new GetNamedQueryCommand({ NamedQueryId }));
    assert.deepEqual(NamedQuery, {
      NamedQueryId,
      Name: "n2",
      Database: "market",
      QueryString: "SELECT 2",
      WorkGroup: "w",
    });
    assert.deepEqual((await athena.send(new ListNamedQueriesCommand({ WorkGroup: "w" }))).NamedQueryIds, [
      NamedQueryId,
    ]);
    const batch = await athena.send(new BatchGetNamedQueryCommand({ NamedQueryIds: [NamedQueryId, "gone"] }));
    assert.deepEqual(
      [batch.NamedQueries?.length, batch.UnprocessedNamedQueryIds?.[0]?.NamedQueryId],
      [1, "gone"],
    );
    await athena.send(new DeleteNamedQueryCommand({ NamedQueryId }));
    await assert.rejects(athena.send(new GetNamedQueryCommand({ NamedQueryId })), {
      name: "InvalidRequestException",
    });
  });

  it("keeps prepared statements", async () => {
    const { athena } = world;
    const of = { StatementName: "pp", WorkGroup: "w" };
    await athena.send(
      new CreatePreparedStatementCommand({ ...of, QueryStatement: "SELECT 42 WHERE 41 = ?" }),
    );
    await athena.send(
      new UpdatePreparedStatementCommand({ ...of, QueryStatement: "SELECT 42 WHERE 40 < ?" }),
    );
    assert.equal(
      (await athena.send(new GetPreparedStatementCommand(of))).PreparedStatement?.QueryStatement,
      "SELECT 42 WHERE 40 < ?",
    );
    assert.deepEqual((await world.rows("EXECUTE pp USING 41", { WorkGroup: "w" }))[1], ["42"]);
    assert.equal(
      (await athena.send(new ListPreparedStatementsCommand({ WorkGroup: "w" }))).PreparedStatements?.length,
      1,
    );
    const batch = await athena.send(
      new BatchGetPreparedStatementCommand({ WorkGroup: "w", PreparedStatementNames: ["pp", "qq"] }),
    );
    assert.deepEqual(
      [batch.PreparedStatements?.length, batch.UnprocessedPreparedStatementNames?.[0]?.StatementName],
      [1, "qq"],
    );
    await athena.send(new DeletePreparedStatementCommand(of));
    await assert.rejects(athena.send(new GetPreparedStatementCommand(of)), {
      name: "ResourceNotFoundException",
    });
  });

  it("deletes a workgroup that is not empty only with RecursiveDeleteOption", async () => {
    await assert.rejects(world.athena.send(new DeleteWorkGroupCommand({ WorkGroup: "w" })), {
      message: "WorkGroup w is not empty",
    });
    await world.athena.send(new DeleteWorkGroupCommand({ WorkGroup: "w", RecursiveDeleteOption: true }));
    await assert.rejects(world.athena.send(new GetWorkGroupCommand({ WorkGroup: "w" })), {
      message: "WorkGroup w is not found.",
    });
  });

  it("shows the catalogue's databases and tables", async () => {
    const { athena } = world;
    const CatalogName = "AwsDataCatalog";
    assert.equal(
      (await athena.send(new GetDataCatalogCommand({ Name: CatalogName }))).DataCatalog?.Type,
      "GLUE",
    );
    assert.equal(
      (await athena.send(new ListDataCatalogsCommand({}))).DataCatalogsSummary?.[0]?.CatalogName,
      CatalogName,
    );
    assert.equal(
      (await athena.send(new GetDatabaseCommand({ CatalogName, DatabaseName: "market" }))).Database?.Name,
      "market",
    );
    assert.deepEqual(
      (await athena.send(new ListDatabasesCommand({ CatalogName }))).DatabaseList?.map(({ Name }) => Name),
      ["market"],
    );
    const { TableMetadata } = await athena.send(
      new GetTableMetadataCommand({ CatalogName, DatabaseName: "market", TableName: "ticks" }),
    );
    assert.deepEqual(
      TableMetadata?.PartitionKeys?.map(({ Name, Type }) => [Name, Type]),
      [
        ["dt", "string"],
        ["hour", "string"],
      ],
    );
    assert.equal(
      (await athena.send(new ListTableMetadataCommand({ CatalogName, DatabaseName: "market" })))
        .TableMetadataList?.length,
      1,
    );
    await assert.rejects(
      athena.send(new GetTableMetadataCommand({ CatalogName, DatabaseName: "market", TableName: "none" })),
      { name: "MetadataException" },
    );
  });

  it("refuses a view whose storage descriptor has no SerDe info", async () => {
    const columns = [["coin_id", "varchar"]] as const;
    const { StorageDescriptor, ...bare } = view("bare", "SELECT coin_id FROM ticks", columns);
    await world.table({ ...bare, StorageDescriptor: { Columns: StorageDescriptor?.Columns } });
    const { Status } = await world.run("SELECT * FROM market.bare");
    assert.equal(
      Status?.StateChangeReason,
      "HIVE_METASTORE_ERROR: Table storage descriptor is missing SerDe info",
    );
    await world.table(view("prices", 'SELECT coin_id FROM "market"."ticks"', columns));
    assert.equal((await world.run("SELECT * FROM market.prices")).Status?.State, "SUCCEEDED");
  });

  it("queries with the permissions of its caller", async () => {
    const { cloud } = world;
    const trust = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    };
    const allow = (Action: string[], Resource: string[]) => ({ Effect: "Allow", Action, Resource });
    const statements = [
      allow(["athena:*", "glue:*"], ["*"]),
      allow(["s3:PutObject", "s3:GetObject"], ["arn:aws:s3:::results/*"]),
    ];
    const { Role } = await cloud.call(
      "iam",
      "CreateRole",
      { RoleName: "reader", AssumeRolePolicyDocument: JSON.stringify(trust) },
      cloud.administrator,
    );
    const policy = (Statement: object[]) =>
      cloud.call(
        "iam",
        "PutRolePolicy",
        {
          RoleName: "reader",
          PolicyName: "p",
          PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
        },
        cloud.administrator,
      );
    await policy(statements);
    await world.put("ticks/dt=2026-01-01/hour=00/a.csv", "btc,1,1,2026-01-01 00:00:00.000\n");
    const caller: Caller = {
      accountId: cloud.accountId,
      arn: `arn:aws:sts::${cloud.accountId}:assumed-role/reader/s`,
      userId: "AROA:s",
      role: { arn: Role?.Arn ?? "", name: "reader", sessionName: "s" },
    };
    const reason = async () => {
      const started = await cloud.call(
        "athena",
        "StartQueryExecution",
        {
          QueryString: "SELECT coin_id FROM market.ticks",
          ResultConfiguration: { OutputLocation: "s3://results/" },
        },
        caller,
      );
      for (;;) {
        const { QueryExecution } = await cloud.call(
          "athena",
          "GetQueryExecution",
          { QueryExecutionId: started.QueryExecutionId },
          caller,
        );
        if (!["QUEUED", "RUNNING"].includes(QueryExecution?.Status?.State ?? ""))
          return QueryExecution?.Status?.StateChangeReason;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    assert.match(
      (await reason()) ?? "",
      /^PERMISSION_DENIED: .*s3:ListBucket on resource: "arn:aws:s3:::lake"/,
    );
    await policy([...statements, allow(["s3:ListBucket"], ["arn:aws:s3:::lake"])]);
    assert.match(
      (await reason()) ?? "",
      /^PERMISSION_DENIED: .*s3:GetObject on resource: "arn:aws:s3:::lake\/ticks/,
    );
    await policy([
      ...statements,
      allow(["s3:ListBucket"], ["arn:aws:s3:::lake"]),
      allow(["s3:GetObject"], ["arn:aws:s3:::lake/ticks/*"]),
    ]);
    assert.equal(await reason(), undefined);
    const listing = (prefix: string) => ({
      ...allow(["s3:ListBucket"], ["arn:aws:s3:::lake"]),
      Condition: { StringLike: { "s3:prefix": prefix } },
    });
    const get = allow(["s3:GetObject"], ["arn:aws:s3:::lake/ticks/*"]);
    await policy([...statements, listing("ticks/*"), get]);
    assert.equal(await reason(), undefined, "Athena lists the table's prefix");
    await policy([...statements, listing("other/*"), get]);
    assert.match((await reason()) ?? "", /^PERMISSION_DENIED: .*s3:ListBucket/);
  });
});
