import { strict as assert } from "node:assert";
import { join, resolve } from "node:path";
import { lastTick, priceAt, startMarket } from "../../data/market";
import { names } from "../../data/names";
import { startCloud } from "../../packages/pocket-cloud";
import { deployProgram } from "../../packages/pulumi-local";
import { queryRows } from "../../tools/kit/athena-results";
import { clientsFor } from "../../tools/kit/clients";
import { temporaryDirectory } from "../support/temporary";

const START = Date.UTC(2026, 0, 1, 10);
const HOUR = 3_600_000;

describe("A poll interval of", function () {
  this.timeout(60_000);

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
        await cloud.clock.advanceTo(START + HOUR - 1000);
        assert.ok(performance.now() - started < 40_000, "waits pass on the simulated clock");
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
          Array.from({ length: Math.ceil(3600 / pollSeconds) }, (_, index) => {
            const slot = START + index * pollSeconds * 1000;
            return [slot, priceAt(bitcoin, lastTick(bitcoin, slot)), "poll"];
          }),
        );
      } finally {
        clients.close();
        await market.stop();
        await cloud.stop();
        dir.remove();
      }
    });
});
