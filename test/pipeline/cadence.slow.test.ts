import { strict as assert } from "node:assert";
import { join, resolve } from "node:path";
import { lastTick, priceAt, startMarket } from "../../data/market";
import { names } from "../../data/names";
import { startCloud } from "../../packages/pocket-cloud";
import { deployProgram } from "../../packages/pulumi-local";
import { queryRows } from "../../tools/kit/athena-results";
import { clientsFor } from "../../tools/kit/clients";
import { temporaryDirectory } from "../support/temporary";
import { pricelake } from "./command";

const START = Date.UTC(2026, 0, 1, 10);
/** Half an hour, so half of the hour's polls. */
const SECONDS = 1800;

describe("A poll interval of", function () {
  this.timeout(300_000);

  for (const pollSeconds of [45, 90])
    it(`${pollSeconds} seconds has a poll for each slot, with the prices of that time`, async () => {
      const dir = temporaryDirectory();
      const cloud = await startCloud({ dir: dir.path, clock: { simulateFrom: START - 30_000 } });
      const market = await startMarket({ now: () => cloud.clock.now(), coins: 5 });
      const connection = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials };
      const clients = clientsFor(connection);
      try {
        await deployProgram({
          ...connection,
          dir: resolve(__dirname, "../.."),
          stack: "local",
          statePath: join(dir.path, "stack.json"),
          config: {
            "pricelake:sampleMarketUrl": market.url,
            "pricelake:coins": "5",
            "pricelake:feeds": '["crypto"]',
            "pricelake:pollSeconds": String(pollSeconds),
          },
        });
        const started = performance.now();
        await cloud.clock.advanceTo(START + SECONDS * 1000 - 1000);
        assert.ok(performance.now() - started < 500 * SECONDS, "waits pass on the simulated clock");
        await cloud.flush();
        const rows = await queryRows(
          clients.athena,
          names("local"),
          "SELECT to_unixtime(event_time), price_usd, origin FROM crypto WHERE coin_id = 'bitcoin' ORDER BY 1",
        );
        const [bitcoin] = market.coins;
        assert.ok(bitcoin);
        assert.deepEqual(
          rows.map(([time, price, origin]) => [Number(time) * 1000, Number(price), origin]),
          Array.from({ length: SECONDS / pollSeconds }, (_, index) => {
            const slot = START + index * pollSeconds * 1000;
            return [slot, priceAt(bitcoin, lastTick(bitcoin, slot)), "poll"];
          }),
        );
        const { code, stdout, stderr } = await pricelake(
          ["report", "ingest-volume", "--feed", "crypto", "--since", "2026-01-01T10:00Z"].concat([
            "--until",
            "2026-01-01T10:59Z",
            "--format",
            "json",
          ]),
          {
            AWS_ENDPOINT_URL: cloud.endpoint,
            AWS_REGION: cloud.region,
            AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
            AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
          },
        );
        assert.equal(code, 0, stderr);
        assert.deepEqual(
          (JSON.parse(stdout) as { polls: number; complete_pct: number }[]).map((row) => [
            row.polls,
            row.complete_pct,
          ]),
          [[SECONDS / pollSeconds, 50]],
        );
        const gaps = await pricelake(
          "report price-gaps --since 2026-01-01T10:00Z --until 2026-01-01T10:30Z --format json".split(" "),
          {
            AWS_ENDPOINT_URL: cloud.endpoint,
            AWS_REGION: cloud.region,
            AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
            AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
          },
        );
        assert.equal(gaps.code, 0, gaps.stderr);
        assert.deepEqual(JSON.parse(gaps.stdout), []);
      } finally {
        clients.close();
        await market.stop();
        await cloud.stop();
        dir.remove();
      }
    });
});
