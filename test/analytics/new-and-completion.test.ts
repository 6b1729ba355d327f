import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkReport } from "../../analytics/check/reports";
import { loadReport } from "../../sql/library/library";
import { runCommand } from "./support/command";
import { lakeAnswers } from "./support/lake";
import { scriptedAws } from "./support/scripted-aws";

describe("report new", () => {
  let reports = "";
  beforeEach(() => {
    reports = mkdtempSync(join(tmpdir(), "reports-"));
  });
  afterEach(() => rmSync(reports, { recursive: true }));
  const make = (...args: string[]) => runCommand(["new", ...args], "http://127.0.0.1:1", { reports });

  for (const feed of ["crypto", "retail", "stocks", "posts"])
    it(`writes a report of ${feed} that passes every check`, async () => {
      const { code, stdout } = await make(`${feed}/my-hours`);
      assert.equal(code, 0);
      assert.match(
        stdout,
        /my-hours\.sql\nrun it: npm run report -- \w+\/my-hours; check it: npm run check:sql\n$/,
      );
      assert.deepEqual(checkReport(loadReport(`${feed}/my-hours`, reports)), []);
    });

  it("writes a report that runs", async () => {
    const aws = await scriptedAws(lakeAnswers());
    try {
      await make("crypto/my-hours");
      const { code, stderr } = await runCommand(["my-hours", "--since", "2026-03-01T12:00Z"], aws.endpoint, {
        reports,
      });
      assert.deepEqual([code, /^2 rows/.test(stderr)], [0, true]);
    } finally {
      await aws.close();
    }
  });

  it("does not overwrite a report", async () => {
    await make("crypto/mine");
    const file = join(reports, "crypto", "mine.sql");
    writeFileSync(file, "changed");
    const { code, stderr } = await make("crypto/mine");
    assert.equal(code, 2);
    assert.match(stderr, /mine\.sql already exists\n$/);
    assert.equal(readFileSync(file, "utf8"), "changed");
  });

  for (const id of ["mine", "bonds/mine", "crypto/../mine", "crypto/Mine", "crypto/a b", ""])
    it(`refuses the name "${id}"`, async () => {
      const { code, stderr } = await make(id);
      assert.equal(code, 2);
      assert.match(stderr, /^new takes <feed>\/<name> in lower case and dashes, with a feed of crypto, /);
    });
});

describe("report completion", () => {
  const script = async (shell: string) =>
    (await runCommand(["completion", shell], "http://127.0.0.1:1")).stdout;

  it("offers bash the reports, their parameters, and the values of --format", async () => {
    const text = await script("bash");
    const offered = (...words: string[]): string[] =>
      execFileSync(
        "bash",
        [
          "-c",
          `${text}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pricelake_report; echo "\${COMPREPLY[@]}"`,
          "bash",
          ...words,
        ],
        { encoding: "utf8" },
      )
        .trim()
        .split(" ");
    assert.deepEqual(offered("pricelake-report", "top-m"), ["top-movers"]);
    assert.deepEqual(offered("pricelake-report", "comp"), ["completion"]);
    assert.deepEqual(offered("pricelake-report", "ohlc", "--inter"), ["--interval"]);
    assert.deepEqual(offered("pricelake-report", "ohlc", "--format", "nd"), ["ndjson"]);
    assert.deepEqual(offered("pricelake-report", "ohlc", "--dry"), ["--dry-run"]);
    assert.ok(offered("pricelake-report", "show", "crypto/").includes("crypto/ohlc"));
  });

  it("prints a script for zsh and fish too, and refuses other shells", async () => {
    assert.match(await script("zsh"), /^# pricelake-report: zsh completion\n/);
    assert.match(await script("fish"), /__fish_seen_subcommand_from ohlc" -l interval -x/);
    const { code, stderr } = await runCommand(["completion", "csh"], "http://127.0.0.1:1");
    assert.deepEqual([code, stderr], [2, "completion takes one of bash, zsh, fish\n"]);
  });
});
