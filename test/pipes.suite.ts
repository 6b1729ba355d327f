import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sharedDemo } from "./support/demo";

const root = join(__dirname, "..");

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];

/** Commands of the documents whose output another program reads: `… | program` and `eval "$(…)"`. */
const pipes = documents.flatMap((file) => {
  const text = readFileSync(join(root, file), "utf8");
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
  const blocks = text.split("\n").filter((line) => /^(?: {4})?(?:npx|npm|eval) /.test(line));
  return [...new Set([...spans, ...blocks].map((line) => line.trim()))]
    .filter((line) => /^(?:npx|npm) .* \| \w|^eval "\$\(/.test(line))
    .map((line) => ({ file, line }));
});

/** Prints one field of each JSON line, as `jq .field` does. */
const jq = `#!/usr/bin/env node
process.stdout.on("error", () => process.exit());
let rest = "";
// Not with readline, which also ends a line at U+2028: a post may have it in its text.
process.stdin.setEncoding("utf8").on("data", (text) => {
  const lines = (rest + text).split("\\n");
  rest = lines.pop();
  for (const line of lines) console.log(JSON.stringify(JSON.parse(line)[process.argv[2].slice(1)]));
});
`;

describe("documented pipes", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "pipes-"));
  let dir = "";
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env.PATH}`,
    NO_COLOR: "1",
    npm_config_update_notifier: "false",
  };
  before(async () => {
    writeFileSync(join(folder, "jq"), jq, { mode: 0o755 });
    dir = (await sharedDemo()).dir;
  });
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

  /** A pipe that ends: of its first lines, in the state directory of this test. */
  const runnable = (line: string): string => {
    const ended = line.replace(" --follow", "").replace(/--dir [\w./]+/, `--dir ${dir}`);
    const needsDirectory = !/ collect | --dir /.test(ended);
    const option = /npm -s run/.test(ended) ? `-- --dir ${dir}` : `--dir ${dir}`;
    const placed = needsDirectory ? ended.replace(/(?= \|)|(?=\))/, ` ${option}`) : ended;
    return placed.startsWith("eval") ? `${placed}; echo "$AWS_ENDPOINT_URL"` : `${placed} | head -n 3`;
  };

  it("are found", () => {
    assert.ok(pipes.length >= 4, JSON.stringify(pipes));
  });

  for (const { file, line } of pipes)
    it(`of ${file} works: ${line}`, () => {
      const { status, stdout, stderr } = spawnSync("bash", ["-c", `set -e; ${runnable(line)}`], {
        cwd: root,
        env,
        encoding: "utf8",
        timeout: 200_000,
      });
      assert.equal(status, 0, `${runnable(line)}\n${stderr}`);
      assert.notEqual(stdout.trim(), "", `${runnable(line)}\n${stderr}`);
      assert.doesNotMatch(stdout, /^> |^pricelake@/m);
      assert.doesNotMatch(stderr, /Warning|EPIPE|^\s+at /m);
    });

  for (const args of [
    ["report", "ohlc", "--format", "json"],
    ["report", "sql", "SELECT * FROM crypto WHERE dt > '2000-01-01'"],
    ["consume", "--stream", "pricelake-local-crypto", "--json"],
    ["reconcile", "--json"],
    ["backfill", "--from-gaps", "--dry-run", "--json"],
    ["redrive", "--json"],
    ["env"],
  ])
    it(`end quietly when the reader leaves: ${args.join(" ")}`, () => {
      const command = `node tools/pricelake.cjs ${args.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(" ")} --dir ${dir}`;
      const { stderr } = spawnSync("bash", ["-c", `{ ${command}; echo "exit code $?" >&2; } | true`], {
        cwd: root,
        env,
        encoding: "utf8",
        timeout: 200_000,
      });
      assert.match(stderr, /exit code 0\n$/);
      assert.doesNotMatch(stderr, /EPIPE|^\s+at |Warning/m);
    });

  it("have no colours, redrawn lines or spinners with NO_COLOR or TERM=dumb in a pipe", () => {
    for (const setting of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ["tools/pricelake.cjs", "report", "top-movers", "--chart", "--format", "table", "--dir", dir],
        { cwd: root, env: { ...process.env, ...setting }, encoding: "utf8" },
      );
      // Bars of falling coins only are drawn as ▒.
      assert.match(stdout, /[█▒]/);
      assert.doesNotMatch(stdout + stderr, /\u001b/);
    }
  });
});
