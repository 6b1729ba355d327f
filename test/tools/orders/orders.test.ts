import { strict as assert } from "node:assert";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { feeds, storeAttributes, storeKeyNames } from "../../../data/feeds";
import { Table } from "../../../functions/store-latest/table";
import { startPricelake } from "../../pipeline/command";
import { connectionOf, type TestCloud, testCloud } from "../../support/cloud";

const retail = feeds.retail ?? assert.fail();

describe("npm run orders", () => {
  let world: TestCloud;
  let dynamodb: DynamoDBClient;

  const createTable = async (TableName: string, withIndex: boolean) => {
    const keys = (columns: readonly string[]) =>
      columns.map((AttributeName, i) => ({
        AttributeName,
        KeyType: i === 0 ? ("HASH" as const) : ("RANGE" as const),
      }));
    const own = storeKeyNames(retail);
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: storeAttributes(retail)
          .filter(({ name }) => withIndex || own.includes(name))
          .map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
        KeySchema: keys(own),
        ...(withIndex && {
          GlobalSecondaryIndexes: [
            {
              IndexName: "by-customer",
              KeySchema: keys(["CustomerID", "InvoiceNo"]),
              Projection: { ProjectionType: "ALL" },
            },
          ],
        }),
      }),
    );
  };
  const line = (InvoiceNo: string, StockCode: string, Quantity: number, UnitPrice: number, day: string) => ({
    InvoiceNo,
    StockCode,
    Description: '=LAMP, "RED"',
    Quantity,
    InvoiceDate: `2010-12-${day}T08:26:00.000Z`,
    UnitPrice,
    CustomerID: "17850",
    Country: "France",
  });

  before(async () => {
    world = await testCloud({ enforceLimits: false });
    dynamodb = new DynamoDBClient(connectionOf(world.cloud));
    await createTable("pricelake-local-retail", true);
    await createTable("pricelake-dev-retail", false);
    const table = new Table(dynamodb, "pricelake-local-retail", retail);
    const many = Array.from({ length: 2400 }, (_, i) => ({
      ...line(`7${String(i).padStart(5, "0")}`, "71053", 1, 1, "09"),
      CustomerID: "many",
      Description: "x".repeat(250),
    }));
    await table.putAll(
      [
        line("536365", "85123A", 6, 2.55, "01"),
        line("536365", "85123A", 1, 2.55, "01"),
        line("536365", "71053", 3, 0.1, "01"),
        line("C536366", "71053", -3, 0.1, "02"),
        line("A536367", "B", 1, -5, "02"),
        { ...line("536368", "71053", 1, 1, "03"), CustomerID: "12346" },
        { ...line("536369", "71053", 1, 1, "03"), CustomerID: null },
        ...many,
      ],
      AbortSignal.timeout(30_000),
    );
  });
  after(async () => {
    dynamodb.destroy();
    await world.stop();
  });

  const run = async (...args: string[]) => {
    const child = startPricelake(world.cloud, ["orders", ...args]);
    const closed = once(child, "close");
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await closed;
    return { code, stdout, stderr };
  };

  it("shows a customer's orders, newest first, in the columns of the report", async () => {
    const { code, stdout, stderr } = await run("17850", "--json");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(JSON.parse(stdout), [
      {
        invoice_no: "C536366",
        invoice_date: "2010-12-02T08:26:00.000Z",
        country: "France",
        line_count: 1,
        units: -3,
        amount_gbp: -0.3,
        kind: "cancellation",
      },
      {
        invoice_no: "A536367",
        invoice_date: "2010-12-02T08:26:00.000Z",
        country: "France",
        line_count: 1,
        units: 1,
        amount_gbp: -5,
        kind: "adjustment",
      },
      {
        invoice_no: "536365",
        invoice_date: "2010-12-01T08:26:00.000Z",
        country: "France",
        line_count: 3,
        units: 10,
        amount_gbp: 18.15,
        kind: "sale",
      },
    ]);
  });

  it("shows the lines of one order as CSV, also two with the same article", async () => {
    const { code, stdout } = await run("17850", "--order", "536365", "--format", "csv");
    assert.equal(code, 0);
    assert.deepEqual(stdout.trimEnd().split("\n").sort(), [
      '536365,71053,"\'=LAMP, ""RED""",3,0.1,0.3,2010-12-01 08:26:00.000,France',
      '536365,85123A,"\'=LAMP, ""RED""",1,2.55,2.55,2010-12-01 08:26:00.000,France',
      '536365,85123A,"\'=LAMP, ""RED""",6,2.55,15.3,2010-12-01 08:26:00.000,France',
      "invoice_no,stock_code,description,quantity,unit_price,amount_gbp,invoice_date,country",
    ]);
  });

  it("prints a table", async () => {
    const { stdout } = await run("12346");
    const [head = "", , row = ""] = stdout.split("\n");
    assert.match(
      head,
      /^invoice_no +invoice_date \(UTC\) +country +line_count +units +amount_gbp \(GBP\) +kind/,
    );
    assert.match(row, /^536368 +2010-12-03 08:26:00 +France +1 +1 +1\.00 +sale/);
  });

  it("reads more than the megabyte that DynamoDB returns at a time", async () => {
    const { stdout } = await run("many", "--json");
    assert.equal((JSON.parse(stdout) as unknown[]).length, 2400);
  });

  for (const [what, args, code, message] of [
    ["an unknown customer", ["1"], 1, "no orders of customer 1 in the table pricelake-local-retail"],
    [
      "an order of another customer",
      ["17850", "--order", "536368"],
      1,
      "customer 17850 has no order 536368; the orders are C536366, A536367, 536365",
    ],
    [
      "a missing table",
      ["17850", "--env", "staging"],
      1,
      'there is no table pricelake-staging-retail: deploy the "staging" stack with the feed retail',
    ],
    [
      "a table without the index",
      ["17850", "--env", "dev"],
      1,
      'the table pricelake-dev-retail has no index by-customer: deploy the "dev" stack again',
    ],
    ["a missing customer", [], 2, "<CustomerID> is missing; see --help"],
    ["an empty customer", [""], 2, "<CustomerID> is empty"],
    ["two formats", ["1", "--json", "--format", "csv"], 2, "--json and --format csv cannot go together"],
  ] as const)
    it(`reports ${what} in one line`, async () => {
      assert.deepEqual(await run(...args), { code, stdout: "", stderr: `pricelake: ${message}\n` });
    });
});
