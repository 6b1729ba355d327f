import { strict as assert } from "node:assert";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CreateStreamCommand } from "@aws-sdk/client-kinesis";
import { startPricelake } from "../../pipeline/command";
import { type TestCloud, testCloud } from "../../support/cloud";
import { loadFactor } from "../../support/load";
import { temporaryDirectory } from "../../support/temporary";

const ROWS = 60_000;

describe("The throughput of npm run replay", function () {
  this.timeout(300_000);
  const dir = temporaryDirectory();
  let world: TestCloud;
  before(async () => {
    world = await testCloud();
    await world.kinesis.send(
      new CreateStreamCommand({ StreamName: "pricelake-local-stocks", ShardCount: 1 }),
    );
  });
  after(async () => {
    await world.stop();
    dir.remove();
  });

  it("is 90 % of what the shard takes, without a line per refusal", async () => {
    const path = join(dir.path, "file.csv");
    const row = `${"S".repeat(12)},${"x".repeat(60)},`;
    const rows = Array.from({ length: ROWS }, (_, i) => `${row}${i},1\n`);
    writeFileSync(path, `ticker_symbol,sector,price,change\n${rows.join("")}`);
    const child = startPricelake(world.cloud, ["replay", path, "--feed", "stocks", "--json"]);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    assert.equal(code, 0, stderr);
    const { rows: sent, seconds, bytes } = JSON.parse(stdout) as Record<"rows" | "seconds" | "bytes", number>;
    assert.equal(sent, ROWS);
    const lines = stderr
      .replaceAll(path, "file")
      .split("\n")
      .filter((each) => each !== "");
    for (const each of lines)
      assert.match(
        each,
        /^(checking file: [\d,]+ lines, \d+ s|\[[█░]{20}\] \d+ %, .*|.*the limit is the stream: 1 shard, 1 MiB\/s each)$/,
      );
    assert.ok(lines.length <= 5 + seconds, `${lines.length} lines in ${seconds} s`);
    const share = bytes / seconds / 1_048_576;
    // Other processes on the machine slow the sender and the cloud.
    assert.ok(share >= 0.9 / loadFactor(), `${(100 * share).toFixed(1)} % of what the shard takes`);
  });
});
