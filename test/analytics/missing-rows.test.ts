import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./support/command";
import { type LakeOptions, lakeAnswers } from "./support/lake";
import { type ScriptedAws, scriptedAws } from "./support/scripted-aws";

describe("A report with missing rows", () => {
  let aws: ScriptedAws | undefined;
  afterEach(() => aws?.close());
  /** The lines on stderr after the statistics. */
  const messages = async (args: readonly string[], options: LakeOptions = {}): Promise<string[]> => {
    aws = await scriptedAws(lakeAnswers(options));
    const { code, stderr } = await runCommand([...args, "--since", "2026-03-01T21:00Z"], aws.endpoint);
    assert.equal(code, 0, stderr);
    return stderr.trimEnd().split("\n").slice(1);
  };

  it("says that the window has no data", async () => {
    const [first = ""] = await messages(["ohlc"], { rows: 0, bare: true });
    assert.equal(
      first,
      "no rows: there is no data of crypto between 2026-03-01 21:00:00.000 and 2026-03-02 12:00:00.000 UTC",
    );
  });

  it("names requested coins without rows", async () => {
    assert.deepEqual(await messages(["ohlc", "--coins", "bitcoin,Bitcoin,nobody"]), [
      "no rows of --coins Bitcoin,nobody in this window",
    ]);
    assert.deepEqual(await messages(["ohlc", "--coins", "bitcoin"]), []);
    assert.deepEqual(await messages(["ohlc", "--coins", ""]), []);
  });

  it("names no coin if the limit may have cut it off", async () => {
    assert.deepEqual(await messages(["latest-prices", "--coins", "bitcoin,nobody", "--limit", "2"]), []);
    assert.deepEqual(await messages(["latest-prices", "--coins", "bitcoin,nobody", "--limit", "3"]), [
      "no rows of --coins nobody in this window",
    ]);
  });

  it("repeats the filter that matches nothing", async () => {
    assert.deepEqual(await messages(["coin-history", "--coin", "nobody"], { rows: 0 }), [
      "no rows: nothing in this window matches --coin nobody",
    ]);
  });

  it("explains an empty result as the report declares", async () => {
    assert.deepEqual(await messages(["price-gaps"], { rows: 0 }), [
      "no rows: no missing poll slots in this window",
    ]);
    assert.deepEqual(await messages(["top-movers"], { rows: 0 }), [
      "no rows: there is data in this window, but nothing that the report shows",
    ]);
  });
});

describe("A Markdown or HTML document", () => {
  it("contains the warnings about incomplete data", async () => {
    const folder = mkdtempSync(join(tmpdir(), "documents-"));
    const aws = await scriptedAws(lakeAnswers({ quarantined: 3 }));
    try {
      for (const format of ["md", "html"]) {
        const args = [
          "top-movers",
          "--since",
          "2026-03-01T12:00Z",
          "--out",
          join(folder, `movers.${format}`),
        ];
        const { stderr } = await runCommand(args, aws.endpoint);
        assert.match(stderr, /\nincomplete: crypto has no rows for 2026-03-01 20h UTC\n/);
      }
      const read = (name: string) => readFileSync(join(folder, name), "utf8");
      assert.match(
        read("movers.md"),
        /\n> incomplete: crypto has no rows for 2026-03-01 20h UTC\n>\n> 3 rows of crypto are in quarantine in this window\n\n\| place/,
      );
      assert.match(
        read("movers.html"),
        /<ul class="warnings" aria-label="Warnings"><li>incomplete: crypto has no rows for 2026-03-01 20h UTC<\/li><li>3 rows/,
      );
      const listings = aws.calls.filter(({ input }) => input.prefix === "quarantine/crypto/");
      assert.equal(listings.length, 2);
    } finally {
      await aws.close();
      rmSync(folder, { recursive: true });
    }
  });
});
