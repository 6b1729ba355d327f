import { strict as assert } from "node:assert";
import { join, resolve } from "node:path";
import { startMarket } from "../../data/market";
import { names } from "../../data/names";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { deployProgram } from "../../packages/pulumi-local";
import { queryRows } from "../../tools/kit/athena-results";
import { type Clients, clientsFor } from "../../tools/kit/clients";
import { temporaryDirectory } from "../support/temporary";

const HOUR = 3_600_000;
const COINS = 5;
const name = names("prod");

describe("The prod stack, whose own key encrypts everything", function () {
  this.timeout(180_000);
  const dir = temporaryDirectory();
  const logged: string[] = [];
  let cloud: Cloud;
  let clients: Clients;
  let market: Awaited<ReturnType<typeof startMarket>>;
  let outputs: Readonly<Record<string, unknown>>;
  let key = "";

  before(async () => {
    const simulateFrom = Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR;
    cloud = await startCloud({
      dir: dir.path,
      clock: { simulateFrom },
      log: (line) => void logged.push(line),
    });
    market = await startMarket({ now: () => cloud.clock.now(), coins: COINS });
    const { endpoint, region, credentials } = cloud;
    clients = clientsFor({ endpoint, region, credentials });
    ({ outputs } = await deployProgram({
      dir: resolve(__dirname, "../.."),
      stack: "prod",
      endpoint,
      region,
      credentials,
      statePath: join(dir.path, "stack.json"),
      config: {
        "pricelake:priceSource": "sample",
        "pricelake:fallbackSource": "none",
        "pricelake:sampleMarketUrl": market.url,
        "pricelake:coins": String(COINS),
        "pricelake:coingeckoApiKey": { value: "not-used", secret: true },
      },
    }));
    await advance(2 * HOUR);
    const { call, administrator } = cloud;
    const { Aliases = [] } = await call("kms", "ListAliases", {}, administrator);
    key = Aliases.find(({ AliasName }) => AliasName?.endsWith(name.base))?.TargetKeyId ?? "";
  });
  after(async () => {
    clients?.close();
    await market?.stop();
    await cloud?.stop();
    dir.remove();
  });

  const advance = async (millis: number) => {
    await cloud.clock.advanceTo(cloud.clock.now() + millis);
    await cloud.flush();
  };
  const denied = () => logged.filter((line) => /not authorized|KMS|kms/.test(line));

  it("polls, stores and delivers every price, and nothing is refused", async () => {
    assert.deepEqual(denied(), []);
    const [[rows] = []] = await queryRows(
      clients.athena,
      name,
      "SELECT count(*) FROM crypto WHERE dt >= '2020-01-01'",
    );
    const [[raw] = []] = await queryRows(
      clients.athena,
      name,
      "SELECT count(*) FROM crypto_raw WHERE dt >= '2020-01-01'",
    );
    // A poll every five minutes for two hours, at both ends or not.
    assert.ok(Number(rows) >= 24 * COINS && Number(rows) <= 25 * COINS, `${rows} rows`);
    assert.ok(Number(raw) >= 22 * COINS, `${raw} raw rows`);
  });

  it("encrypts objects, queues, topics, tables and logs with the key", async () => {
    const { call, administrator } = cloud;
    const Bucket = String(outputs.lakeBucket);
    const { Contents = [] } = await call("s3", "ListObjectsV2", { Bucket, Prefix: "csv/" }, administrator);
    const { SSEKMSKeyId } = await call(
      "s3",
      "HeadObject",
      { Bucket, Key: Contents[0]?.Key ?? "" },
      administrator,
    );
    assert.equal(SSEKMSKeyId?.split("/").at(-1), key);
    // It may have run in these hours by its schedule, too.
    await call("glue", "StartCrawler", { Name: `${name.base}-landing` }, administrator);
    await advance(60_000);
    const { logGroups = [] } = await call("logs", "DescribeLogGroups", {}, administrator);
    const crawlers = `/aws-glue/crawlers-role/${name.role("landing-crawler")}-${name.base}-landing`;
    assert.ok(logGroups.some(({ logGroupName }) => logGroupName === crawlers));
    assert.deepEqual(
      logGroups.filter(({ kmsKeyId }) => !kmsKeyId?.endsWith(key)).map(({ logGroupName }) => logGroupName),
      [],
    );
  });

  it("writes nothing while the key is disabled, and everything afterwards", async () => {
    const { call, administrator } = cloud;
    await call("kms", "DisableKey", { KeyId: key }, administrator);
    const count = async () => {
      const Bucket = String(outputs.lakeBucket);
      const { Contents = [] } = await call("s3", "ListObjectsV2", { Bucket }, administrator);
      return Contents.length;
    };
    const before = await count();
    await advance(HOUR / 4);
    assert.equal(await count(), before);
    assert.notDeepEqual(denied(), []);
    await call("kms", "EnableKey", { KeyId: key }, administrator);
    await advance(HOUR);
    assert.ok((await count()) > before);
  });
});
