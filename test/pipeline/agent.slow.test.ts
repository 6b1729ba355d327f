import { strict as assert } from "node:assert";
import { once } from "node:events";
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { objectsUnder } from "../../functions/shared/objects";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { deployProgram } from "../../packages/pulumi-local";
import type { AgentSummary } from "../../tools/agent/agent";
import { clientsFor } from "../../tools/kit/clients";
import { loadFactor } from "../support/load";
import { temporaryDirectory } from "../support/temporary";
import { pricelake, startPricelake } from "./command";

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
const morning = [
  '536365,84406B,"CUPID ""LOVE"", COAT RACK",6,12/1/2010 8:26,2.75,17850,United Kingdom',
  "536365,71053,WHITE METAL LANTERN,6,12/1/2010 8:26,3.39,17850,United Kingdom",
];
const later = [
  "536366,22633,HAND WARMER,2,12/2/2010 9:01,1.85,,France",
  "C536379,22633,HAND WARMER,-1,12/2/2010 9:41,1.85,14527,France",
  "536367,22633,no quantity,,12/2/2010 9:41,1.85,14527,France",
];
const tick = (ticker_symbol: string, price: number) =>
  JSON.stringify({
    ticker_symbol,
    sector: "ENERGY",
    change: -0.5,
    price,
    event_time: "2026-03-31T23:00:00.000Z",
  });

describe("Log files through the agent into the lake", function () {
  this.timeout(300_000);
  const dir = temporaryDirectory();
  const root = resolve(__dirname, "../..");
  let cloud: Cloud;
  let bucket: string;

  before(async () => {
    cloud = await startCloud({ dir: join(dir.path, "cloud"), clock: { simulateFrom: Date.now() } });
    const { endpoint, region, credentials } = cloud;
    const { outputs } = await deployProgram({
      endpoint,
      region,
      credentials,
      dir: root,
      stack: "local",
      statePath: join(dir.path, "stack.json"),
      config: { "pricelake:feeds": '["retail","stocks"]' },
    });
    bucket = String(outputs.lakeBucket);
    mkdirSync(join(dir.path, "orders"));
    mkdirSync(join(dir.path, "ticks"));
    writeFileSync(join(dir.path, "orders", "shop.log"), `${[header, ...morning].join("\n")}\n`);
    writeFileSync(join(dir.path, "ticks", "floor.log"), `${tick("ALY", 26.5)}\n${tick("JKL", 72.96)}\n`);
    writeFileSync(
      join(dir.path, "agent.json"),
      JSON.stringify({
        flows: [
          {
            filePattern: "orders/*.log*",
            kinesisStream: "pricelake-local-retail",
            initialPosition: "START_OF_FILE",
            maxBufferAgeMillis: 1000,
            skipHeaderLines: 1,
            dataProcessingOptions: [{ optionName: "CSVTOJSON", customFieldNames: header.split(",") }],
          },
          {
            filePattern: "ticks/*.log",
            deliveryStream: "pricelake-local-stocks-direct",
            initialPosition: "START_OF_FILE",
            maxBufferAgeMillis: 1000,
          },
        ],
      }),
    );
  });
  after(async () => {
    await cloud?.stop();
    dir.remove();
  });

  /** The agent as a person runs it, until it has sent so many lines of each flow; then Ctrl-C. */
  async function agent(orders: number, ticks: number, meanwhile = () => {}): Promise<AgentSummary> {
    const child = startPricelake(cloud, [
      "agent",
      "--json",
      "--config",
      join(dir.path, "agent.json"),
      "--dir",
      join(dir.path, "state"),
    ]);
    const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
    await once(child.stderr, "data");
    meanwhile();
    setTimeout(() => child.kill("SIGINT"), 2500 * loadFactor());
    const [code] = await once(child, "exit");
    assert.equal(code, 130, await stderr);
    const summary = JSON.parse(await stdout) as AgentSummary;
    assert.deepEqual(
      summary.flows.map(({ sent, behind }) => [sent, behind]),
      [
        [orders, 0],
        [ticks, 0],
      ],
    );
    return summary;
  }

  it("appear in reports, each once, across a rotation and a restart", async () => {
    await agent(2, 2);
    const { left } = await agent(3, 1, () => {
      renameSync(join(dir.path, "orders", "shop.log"), join(dir.path, "orders", "shop.log.1"));
      writeFileSync(join(dir.path, "orders", "shop.log"), `${[header, ...later].join("\n")}\n`);
      appendFileSync(join(dir.path, "ticks", "floor.log"), `${tick("QXZ", 1)}\n`);
    });
    assert.equal(left, 0);
    await cloud.flush();
    await cloud.clock.advanceTo(cloud.clock.now() + 120_000);
    await cloud.flush();

    const { endpoint, region, credentials } = cloud;
    const { code, stdout, stderr } = await pricelake(
      ["report", "order-history", "--until", "2010-12-03", "--format", "json"],
      {
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    );
    assert.equal(code, 0, stderr);
    const invoices = JSON.parse(stdout) as Record<string, unknown>[];
    assert.deepEqual(
      invoices.map(({ invoice_no, customer_id, country, line_count, units, amount_gbp, kind }) =>
        [invoice_no, customer_id, country, line_count, units, amount_gbp, kind].join(" "),
      ),
      [
        "C536379 14527 France 1 -1 -1.85 cancellation",
        "536366  France 1 2 3.7 sale",
        "536365 17850 United Kingdom 2 12 36.84 sale",
      ],
    );
  });

  it("are in raw/ as sent to the delivery stream, and in quarantine/ when invalid", async () => {
    const { endpoint, region, credentials } = cloud;
    const clients = clientsFor({ endpoint, region, credentials });
    const under = async (prefix: string) => {
      const texts: string[] = [];
      for await (const { text: content } of objectsUnder(clients.s3, bucket, prefix)) texts.push(content);
      return texts.join("");
    };
    try {
      // Firehose appends a line break to each record, and the agent's records end with one.
      assert.deepEqual(
        (await under("raw/stocks/")).split("\n").filter((line) => line !== ""),
        [tick("ALY", 26.5), tick("JKL", 72.96), tick("QXZ", 1)],
      );
      assert.equal(await under("errors/"), "");
      const quarantined = JSON.parse(await under("quarantine/retail/")) as Record<string, unknown>;
      assert.equal(quarantined.column, "Quantity");
      assert.equal(quarantined.reason, "missing");
      assert.equal((JSON.parse(String(quarantined.raw)) as Record<string, unknown>).InvoiceNo, "536367");
    } finally {
      clients.close();
    }
  });
});
