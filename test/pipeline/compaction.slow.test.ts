import { strict as assert } from "node:assert";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { encodeCsv, feeds, type Row } from "../../data/feeds";
import { HISTORY_DAYS } from "../../data/history/layout";
import { names } from "../../data/names";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { type Deployment, deployProgram } from "../../packages/pulumi-local";
import { queryRows } from "../../tools/kit/athena-results";
import { type Clients, clientsFor } from "../../tools/kit/clients";
import { temporaryDirectory } from "../support/temporary";

const root = resolve(__dirname, "../..");
const name = names("local");
const { stocks = assert.fail() } = feeds;
const config = {
  "pricelake:feeds": '["stocks"]',
  "pricelake:directFeeds": "[]",
  "pricelake:compaction": "daily",
};
const NOW = Date.parse("2026-02-01T12:00:00Z");

/** The project with one more column in the contract of stocks. */
function projectWithColumn(dir: string): string {
  cpSync(root, dir, {
    recursive: true,
    filter: (path) =>
      !/^(node_modules|\.git|\.pricelake)(\/|$)/.test(relative(root, path).split(sep).join("/")),
  });
  symlinkSync(join(root, "node_modules"), join(dir, "node_modules"), "dir");
  const contract = join(dir, "data/feeds/stocks.ts");
  const source = readFileSync(contract, "utf8");
  const changed = source.replace(
    '  },\n  naturalKey: ["ticker_symbol"',
    '    venue: { type: "string", nullable: true, doc: "Exchange of the trade" },\n  },\n  naturalKey: ["ticker_symbol"',
  );
  assert.notEqual(changed, source);
  writeFileSync(contract, changed);
  return dir;
}

describe("The deployed compaction", function () {
  this.timeout(600_000);
  const dir = temporaryDirectory();
  let cloud: Cloud;
  let clients: Clients;
  let glue: GlueClient;
  let lambda: LambdaClient;

  before(async () => {
    cloud = await startCloud({ dir: join(dir.path, "state"), clock: { simulateFrom: NOW } });
    const connection = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials };
    clients = clientsFor(connection);
    glue = new GlueClient(connection);
    lambda = new LambdaClient(connection);
  });

  after(async () => {
    clients.close();
    glue.destroy();
    lambda.destroy();
    await cloud.stop();
    dir.remove();
  });

  const deploy = (program: string): Promise<Deployment> =>
    deployProgram({
      endpoint: cloud.endpoint,
      region: cloud.region,
      credentials: cloud.credentials,
      dir: program,
      stack: "local",
      statePath: join(dir.path, "stack.json"),
      config,
    });

  async function invoke(event: object): Promise<unknown> {
    const {
      FunctionError,
      Payload,
      LogResult = "",
    } = await lambda.send(
      new InvokeCommand({
        FunctionName: name.function("compact"),
        LogType: "Tail",
        Payload: Buffer.from(JSON.stringify(event)),
      }),
    );
    const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString());
    const logged = Buffer.from(LogResult, "base64").toString();
    assert.ok(FunctionError === undefined && !logged.includes('"error"'), logged);
    return answer;
  }

  const put = (day: string, key: string, price: number) =>
    clients.s3.send(
      new PutObjectCommand({
        Bucket: name.lakeBucket(cloud.accountId, cloud.region),
        Key: `csv/stocks/dt=${day}/hour=03/${key}.csv`,
        Body: encodeCsv(stocks, {
          ticker_symbol: "QXZ",
          sector: "TECH",
          change: null,
          price,
          event_time: `${day}T03:00:00.000Z`,
        } as Row),
      }),
    );

  const view = async () => {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: name.database, Name: "stocks" }));
    return Table;
  };
  const rows = (columns: string) =>
    queryRows(clients.athena, name, `SELECT dt, ${columns} FROM stocks ORDER BY dt`);

  it("has the rights it needs, and moves closed days to history", async () => {
    await deploy(root);
    await put("2026-01-30", "a", 1);
    await put("2026-01-31", "b", 2);
    await put("2026-02-01", "c", 3);
    assert.deepEqual(await invoke({ scheduledTime: "2026-02-01T02:15:00Z" }), {
      CompactedDays: 2,
      CompactedRows: 2,
      FailedDays: 0,
      DaysBehind: 0,
    });
    assert.equal((await view())?.Parameters?.[HISTORY_DAYS], "2026-01-30/2026-01-31");
    assert.deepEqual(await rows("price"), [
      ["2026-01-30", "1.0"],
      ["2026-01-31", "2.0"],
      ["2026-02-01", "3.0"],
    ]);
  });

  it("is not fought by a deployment", async () => {
    const before = await view();
    const { updated, created } = await deploy(root);
    assert.deepEqual([updated, created], [[], []]);
    assert.deepEqual(await view(), before);
  });

  it("adds a contract's new column to the view at the deployment, and keeps the days in history", async () => {
    await deploy(projectWithColumn(join(dir.path, "project")));
    assert.equal((await view())?.Parameters?.[HISTORY_DAYS], "2026-01-30/2026-01-31");
    assert.deepEqual(await rows("price, venue"), [
      ["2026-01-30", "1.0", ""],
      ["2026-01-31", "2.0", ""],
      ["2026-02-01", "3.0", ""],
    ]);
  });
});
