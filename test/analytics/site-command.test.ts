import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../support/temporary";
import { runCommand } from "./support/command";
import { lakeAnswers } from "./support/lake";
import { type Answer, type AwsCall, type ScriptedAws, scriptedAws } from "./support/scripted-aws";

/** An alert of the stack's function, as the bucket has it. */
const stored = {
  ...{ id: "rule/jump/1", title: "jump: bitcoin", text: "Up 12 %", severity: "critical" },
  time: "2026-03-02T09:00:00.000Z",
};
const usual = (call: AwsCall): Answer =>
  call.operation === "GET /lake/publishing/alerts.json"
    ? { body: JSON.stringify([stored]) }
    : lakeAnswers()(call);

describe("report site", () => {
  const dir = temporaryDirectory();
  const pages = join(dir.path, "site.yaml");
  let aws: ScriptedAws;
  let answer: (call: AwsCall) => Answer = usual;
  before(async () => {
    aws = await scriptedAws((call) => answer(call));
    writeFileSync(
      pages,
      "title: Prices\ndescription: What coins cost.\npages:\n  - report: top-movers\n    when: any change_pct > 12\n  - report: latest-prices\n",
    );
  });
  after(async () => {
    await aws.close();
    dir.remove();
  });
  beforeEach(() => {
    answer = usual;
  });
  const run = (...args: readonly string[]) => runCommand(["site", "--pages", pages, ...args], aws.endpoint);

  it("writes a home page, a page and a CSV file for each report, and the feed", async () => {
    const out = join(dir.path, "new", "out");
    const { code, stderr } = await run("--out", out, "--url", "https://example.com/");
    assert.equal(code, 0, stderr);
    assert.deepEqual(readdirSync(out).sort(), [
      ..."404.html alerts.html chart.js feed.json icon.svg index.html".split(" "),
      ..."latest-prices.csv latest-prices.html style.css top-movers.csv top-movers.html".split(" "),
    ]);
    const page = readFileSync(join(out, "top-movers.html"), "utf8");
    assert.match(page, /incomplete: crypto has no rows for 2026-03-01 20h UTC/);
    assert.match(page, /Newest data: hour 2026-03-02 12h UTC/);
    assert.match(page, /Alert: any change_pct &gt; 12/);
    const feed = JSON.parse(readFileSync(join(out, "feed.json"), "utf8"));
    assert.deepEqual(
      feed.items.map(({ title, url }: { title: string; url: string }) => [title, url]),
      [
        ["Top movers", "https://example.com/top-movers.html"],
        ["jump: bitcoin", "https://example.com/alerts.html"],
      ],
    );
  });

  it("names a page whose query fails, writes the others, and exits with 1", async () => {
    let queries = 0;
    const failed = lakeAnswers({ state: "FAILED", reason: "HIVE_BAD_DATA: a bad row" });
    answer = (call) => {
      if (call.operation === "StartQueryExecution") queries++;
      return call.operation === "GetQueryExecution" && queries === 1 ? failed(call) : usual(call);
    };
    const out = join(dir.path, "failed");
    const { code, stderr } = await run("--out", out);
    assert.equal(code, 1);
    assert.match(stderr, /^top-movers: .*HIVE_BAD_DATA: a bad row/m);
    assert.deepEqual(
      [existsSync(join(out, "top-movers.html")), existsSync(join(out, "latest-prices.html"))],
      [false, true],
    );
  });

  it("refuses wrong usage before it connects", async () => {
    const calls = aws.received.length;
    assert.deepEqual(await run(), { code: 2, stdout: "", stderr: "site needs --out <folder>\n" });
    assert.equal((await run("--out", "x", "--url", "javascript:alert(1)")).code, 2);
    assert.equal((await run("folder")).stderr, 'site takes no argument "folder"\n');
    assert.equal(aws.received.length, calls);
  });

  it("names the line of a mistake in the list", async () => {
    const wrong = join(dir.path, "wrong.yaml");
    writeFileSync(wrong, "title: T\ndescription: D\npages:\n  - report: none-such\n");
    const { code, stderr } = await runCommand(["site", "--pages", wrong, "--out", dir.path], aws.endpoint);
    assert.equal(code, 1);
    assert.match(stderr, /wrong\.yaml:4: there is no report "none-such"/);
  });

  it("refuses a query that would scan too much, as every report does", async () => {
    const { code, stderr } = await run("--out", join(dir.path, "large"), "--max-scan", "1MB");
    assert.equal(code, 3);
    assert.match(stderr, /refused/);
  });

  it("prints a random password, and the hash that the edge compares", async () => {
    const [first, second] = [await run("--new-password"), await run("--new-password")];
    const password = first.stdout.trim();
    assert.match(password, /^[\w-]{24}$/);
    assert.notEqual(password, second.stdout.trim());
    const [, salt = "", hash] = /sitePasswordHash ([0-9a-f]{32}):([0-9a-f]{64})$/m.exec(first.stderr) ?? [];
    assert.equal(createHash("sha256").update(`${salt}:${password}`).digest("hex"), hash);
  });
});
