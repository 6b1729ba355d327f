import { strict as assert } from "node:assert";
import { GetQueryResultsCommand } from "@aws-sdk/client-athena";
import { PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { furnish, startWorld, type World } from "./harness";

/** Athena reads with the rights of the caller, so the policy of a table's bucket counts as it does for GetObject. */
describe("A query of a bucket with a policy", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await furnish(world);
    await world.put("ticks/a.csv", "btc,1\n");
    await world.table({
      Name: "ticks",
      TableType: "EXTERNAL_TABLE",
      StorageDescriptor: {
        Columns: [
          { Name: "coin", Type: "string" },
          { Name: "price", Type: "int" },
        ],
        Location: "s3://lake/ticks/",
        SerdeInfo: {
          SerializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
          Parameters: { "field.delim": "," },
        },
      },
    });
  });
  after(() => world.stop());

  const policy = (bucket: string, statement: object) =>
    world.s3.send(
      new PutBucketPolicyCommand({
        Bucket: bucket,
        Policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Deny", Principal: "*", ...statement }],
        }),
      }),
    );
  const reason = async (sql = "SELECT coin FROM ticks") =>
    (await world.run(sql)).Status?.StateChangeReason ?? "no reason";

  it("that denies GetObject is refused, for the administrator too", async () => {
    await policy("lake", { Action: "s3:GetObject", Resource: "arn:aws:s3:::lake/ticks/*" });
    assert.match(
      await reason(),
      /^PERMISSION_DENIED: .* s3:GetObject on resource: "arn:aws:s3:::lake\/ticks\/a.csv" with an explicit deny in a resource-based policy/,
    );
  });

  it("that denies to list the table's prefix is refused", async () => {
    await policy("lake", {
      Action: "s3:ListBucket",
      Resource: "arn:aws:s3:::lake",
      Condition: { StringLike: { "s3:prefix": "ticks/*" } },
    });
    assert.match(await reason(), /^PERMISSION_DENIED: .* s3:ListBucket on resource: "arn:aws:s3:::lake"/);
  });

  it("that denies everything but what Athena passes on runs", async () => {
    await policy("lake", {
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::lake/*",
      Condition: { "ForAllValues:StringNotEquals": { "aws:CalledVia": "athena.amazonaws.com" } },
    });
    assert.equal(await reason(), "no reason");
    await policy("lake", {
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::lake/*",
      Condition: { Bool: { "aws:ViaAWSService": "true" } },
    });
    assert.match(await reason(), /^PERMISSION_DENIED/);
  });

  it("that denies to read results refuses their pages", async () => {
    await policy("results", { Action: "s3:GetObject", Resource: "arn:aws:s3:::results/*" });
    const { QueryExecutionId } = await world.run("SELECT 1");
    await assert.rejects(world.athena.send(new GetQueryResultsCommand({ QueryExecutionId })), {
      name: "AccessDeniedException",
    });
  });
});
