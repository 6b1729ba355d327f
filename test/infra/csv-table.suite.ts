import { strict as assert } from "node:assert";
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { declareLake } from "../../analytics/check/lake";
import { encodeCsv, feeds, validateRow } from "../../data/feeds";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { temporaryDirectory } from "../support/temporary";
import { inputsOf, previewOf } from "./stacks";

const TEXTS = [
  "C:\\dir\\",
  'a\\"b',
  'ends with \\"',
  '\\",\\"',
  '"\\"',
  "plain\\, and ,\\",
  '""',
  "\\\\",
  "über “quoted”",
];

describe("A text in the lake", () => {
  const { path: dir, remove } = temporaryDirectory();
  const { retail } = feeds;
  if (!retail) throw new Error("no feed retail");
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud({ dir, clock: { simulateFrom: Date.parse("2026-01-10T12:00:00Z") } });
  });
  after(async () => {
    await cloud.stop();
    remove();
  });

  it("is read by Athena as written, even backslashes before quotes", async () => {
    const { endpoint, region, credentials } = cloud;
    const { bucket, database, workgroup } = await declareLake({ endpoint, region, credentials }, "test");
    const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    const athena = new AthenaClient({ endpoint, region, credentials });
    const lines = TEXTS.map((Description, at) =>
      encodeCsv(retail, {
        InvoiceNo: String(100 + at),
        StockCode: "x",
        Description,
        Quantity: 1,
        InvoiceDate: "2010-12-01T08:26:00.000Z",
        UnitPrice: 2.5,
        CustomerID: null,
        Country: "\\",
      }),
    );
    const Key = "csv/retail/dt=2010-12-01/hour=08/shardId-000000000000-1.csv";
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: lines.join("") }));
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString: "SELECT description, country FROM retail WHERE dt = '2010-12-01' ORDER BY invoiceno",
        WorkGroup: workgroup,
        QueryExecutionContext: { Database: database },
      }),
    );
    for (;;) {
      const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      const { State, StateChangeReason } = QueryExecution?.Status ?? {};
      if (State === "SUCCEEDED") break;
      assert.ok(State === "QUEUED" || State === "RUNNING", StateChangeReason);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }));
    assert.deepEqual(
      ResultSet?.Rows?.slice(1).map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue)),
      TEXTS.map((text) => [text, "\\"]),
    );
    athena.destroy();
    s3.destroy();
  });

  it("never contains the table's escape character", async () => {
    const table = inputsOf(await previewOf("dev"), "aws:glue/catalogTable:CatalogTable", "retail-csv-table");
    const { storageDescriptor } = table as {
      storageDescriptor: { serDeInfo: { parameters: Record<string, string> } };
    };
    const { escapeChar = "", ...rest } = storageDescriptor.serDeInfo.parameters;
    assert.deepEqual(rest, { separatorChar: ",", quoteChar: '"' });
    assert.equal(escapeChar, "\u0001");
    const refused = validateRow(retail, {
      InvoiceNo: "1",
      StockCode: "x",
      Description: `a${escapeChar}b`,
      Quantity: 1,
      InvoiceDate: "2010-12-01T08:26:00.000Z",
      UnitPrice: 2.5,
      CustomerID: null,
      Country: "UK",
    });
    assert.equal(!refused.ok && refused.reason, "holds U+0001, which the lake's CSV cannot");
  });
});
