import { strict as assert } from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { PreviewResource } from "../../../packages/pulumi-local";
import { withoutProgress } from "../../support/progress";
import { temporaryDirectory } from "../../support/temporary";

const root = join(__dirname, "../../..");
const LEFT_BEHIND = new Set(["node_modules", ".git", ".pricelake", "test"]);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run preview` of a tree, far from here in place and time zone. */
const preview = (dir: string, ...args: string[]): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "tools/main.ts", "preview", ...args], {
      cwd: dir,
      env: { ...process.env, TZ: "Pacific/Kiritimati", AWS_PROFILE: "nobody" },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });

const codeOf = ({ stdout }: Ended): readonly (readonly [string, unknown])[] =>
  (JSON.parse(stdout) as { resources: readonly PreviewResource[] }).resources
    .filter(({ type }) => type === "aws:lambda/function:Function")
    .map(({ name, inputs }) => [name, inputs.code] as const);

describe("npm run preview", function () {
  this.timeout(300_000);
  const { path: dir, remove } = temporaryDirectory();
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: dir, stdio: "pipe" });

  before(() => {
    cpSync(root, dir, {
      recursive: true,
      filter: (path) => path === root || !LEFT_BEHIND.has(basename(path)),
    });
    symlinkSync(join(root, "node_modules"), join(dir, "node_modules"), "dir");
    git("init", "-q");
    appendFileSync(join(dir, ".git/info/exclude"), "node_modules\n");
    git("add", ".");
    git("commit", "-qm", "as it is");
  });
  after(remove);

  it("reports no change for an unchanged tree, whatever its folder", async () => {
    const [against, here, there] = await Promise.all([
      preview(dir, "--env", "dev", "--against", "HEAD"),
      preview(root, "--env", "dev", "--json"),
      preview(dir, "--env", "dev", "--json"),
    ]);
    assert.equal(against.code, 0, against.stderr);
    assert.match(against.stdout, /^no change against HEAD$/m);
    assert.match(against.stdout, /guardrails: all met/);
    assert.equal(codeOf(here).length, 13);
    assert.deepEqual(codeOf(there), codeOf(here));
  });

  it("ends with 3 when a guardrail is broken, and says which", async () => {
    const stack = join(dir, "Pulumi.prod.yaml");
    const before = readFileSync(stack, "utf8");
    appendFileSync(stack, "  pricelake:tracing: false\n");
    const { code, stdout } = await preview(dir, "--env", "prod", "--against", "HEAD");
    writeFileSync(stack, before);
    assert.equal(code, 3);
    assert.match(
      stdout,
      /lambda-tracing: aws:lambda:Function poll-prices: tracingConfig.mode is "PassThrough"/,
    );
    assert.match(
      stdout,
      /~ aws:lambda:Function 13: compact, evaluate-rules-crypto, poll-prices, .*\n {4}tracingConfig.mode: "Active" → "PassThrough"/,
    );
  });

  it("shows what a stack without compaction costs, before and with the change", async () => {
    const stack = join(dir, "Pulumi.dev.yaml");
    const before = readFileSync(stack, "utf8");
    const { stdout: daily, stderr } = await preview(dir, "--env", "dev");
    const [, difference = assert.fail(stderr)] =
      /\nclosed days become Parquet:\n {2}compaction daily: \$\d+\.\d\d a month; with compaction none: ([+-]\$\d+\.\d\d) a month\n/.exec(
        daily,
      ) ?? [];
    appendFileSync(stack, "  pricelake:compaction: none\n");
    const { stdout: none } = await preview(dir, "--env", "dev", "--against", "HEAD");
    writeFileSync(stack, before);
    assert.match(none, /^! compaction none: /m);
    assert.doesNotMatch(none, /closed days become Parquet/);
    assert.equal(/^against HEAD: .*, monthly cost (\S+)$/m.exec(none)?.[1], difference);
  });

  it("shows what replaces a stream, and that it loses its data", async () => {
    const naming = join(dir, "data/names.ts");
    const before = readFileSync(naming, "utf8");
    writeFileSync(naming, before.replace("pricelake-$", "prices-$"));
    const { stdout } = await preview(dir, "--env", "dev", "--against", "HEAD", "--format", "md");
    writeFileSync(naming, before);
    assert.match(
      stdout,
      /^> - aws:kinesis:Stream crypto-stream, .*stocks-stream are replaced: \*\*data is lost\*\*$/m,
    );
    assert.match(stdout, /\*\*New permissions\*\*/);
  });

  const edit = (file: string, ...changes: readonly (readonly [string | RegExp, string])[]) => {
    const path = join(dir, file);
    const text = readFileSync(path, "utf8");
    const edited = changes.reduce((result, [from, to]) => result.replace(from, to), text);
    assert.notEqual(edited, text, file);
    writeFileSync(path, edited);
  };
  const against = (format: string) => preview(dir, "--env", "dev", "--against", "HEAD", "--format", format);
  /** Every row of each table has the cells of its head. */
  const checkTables = (markdown: string) => {
    let cells = 0;
    for (const line of markdown.split("\n")) {
      const own = line.startsWith("|") ? line.replaceAll("\\|", "").split("|").length : 0;
      if (cells > 0 && own > 0) assert.equal(own, cells, line);
      cells = own;
    }
  };

  it("shows a new feed: its resources, its permissions and its cost, and little else", async () => {
    const stocks = readFileSync(join(dir, "data/feeds/stocks.ts"), "utf8");
    writeFileSync(join(dir, "data/feeds/trades.ts"), stocks.replaceAll("stocks", "trades"));
    edit(
      "data/feeds/index.ts",
      ["stocks, posts }", "stocks, posts, trades }"],
      ["import { stocks }", 'import { trades } from "./trades";\nimport { stocks }'],
    );
    edit("Pulumi.yaml", ["[crypto, retail, stocks, posts]", "[crypto, retail, stocks, posts, trades]"]);
    const [{ stdout: text, stderr }, { stdout: markdown }] = await Promise.all([
      against("text"),
      against("md"),
    ]);
    git("checkout", "-q", ".");
    git("clean", "-fdq", "-e", "node_modules");
    assert.match(
      text,
      /^against HEAD: \d+ created, .*, monthly cost \+\$\d+\.\d\d, unknown for \d+ changed lines\nno data is lost\n\nnew permissions:\n/,
      stderr,
    );
    const order = [
      "new permissions:",
      "\n+ aws:kinesis:Stream trades-stream\n",
      "\n    code: old bundle → new bundle\n",
      "monthly cost with",
      "unchanged items",
    ];
    const places = order.map((part) => text.indexOf(part));
    assert.ok(
      places.every((place, i) => place > (places[i - 1] ?? -1)),
      `${places}\n${text}`,
    );
    assert.doesNotMatch(text, /data loss:|[0-9a-f]{64}/);
    assert.match(text, /\n {2}trades-stream +730 shard-hours × \$0\.015 = \$10\.95\n/);
    assert.doesNotMatch(text, /\n {2}(crypto|retail|stocks|posts)-stream /);
    assert.match(markdown, /\| created \| aws:kinesis:Stream trades-stream \|/);
    checkTables(markdown);
  });

  it("shows a deleted bucket with its loss first, statements of policies, and a change of all feeds once", async () => {
    edit("infra/storage/lake.ts", [
      /this\.failures = createBucket\([^;]*;/s,
      "this.failures = this.results;",
    ]);
    edit(
      "infra/feeds/stream-consumer.ts",
      ["maximumRetryAttempts: functions.retries", "maximumRetryAttempts: 7"],
      [
        'sid: "ListFailures", actions: ["s3:ListBucket"]',
        'sid: "ListFailures", actions: ["s3:ListBucket", "s3:GetBucketLocation"]',
      ],
    );
    const [{ stdout: text, stderr }, { stdout: markdown }] = await Promise.all([
      against("text"),
      against("md"),
    ]);
    git("checkout", "-q", ".");
    assert.match(
      text,
      /^against HEAD: 18 changed, 8 deleted, monthly cost unchanged\n\ndata loss:\n! aws:s3:Bucket lake-failures is deleted\n\nnew permissions:\n/,
      stderr,
    );
    const feeds = "\\{crypto,posts,retail,stocks\\}";
    assert.match(
      text,
      new RegExp(
        `\n~ aws:lambda:EventSourceMapping 9: evaluate-rules-crypto-mapping, store-latest-${feeds}-mapping, ` +
          `write-csv-${feeds}-mapping\n[^~]*\n {4}maximumRetryAttempts: 10 → 7\n`,
      ),
    );
    assert.match(text, /\n {4}policy ListFailures\.Action: \+ s3:GetBucketLocation\n/);
    assert.equal(text.match(/maximumRetryAttempts/g)?.length, 1);
    assert.match(text, /\n {2}\d+ unchanged items +\$[\d.]+\n {2}all /);
    assert.match(markdown, /^> - aws:s3:Bucket lake-failures is deleted: \*\*data is lost\*\*$/m);
    checkTables(markdown);
  });

  it("names the key, the value and what is allowed when configuration is wrong", async () => {
    const stack = join(dir, "Pulumi.dev.yaml");
    const before = readFileSync(stack, "utf8");
    const broken = before.replace('pollSeconds: "900"', 'pollSeconds: "20"');
    assert.notEqual(broken, before);
    writeFileSync(stack, broken);
    const { code, stdout, stderr } = await preview(dir, "--env", "dev");
    writeFileSync(stack, before);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.equal(
      withoutProgress(stderr),
      'pricelake: configuration pricelake:pollSeconds is "20"; it must be a whole number from 30 to 3600\n',
    );
  });
});
