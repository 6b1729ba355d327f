import { strict as assert } from "node:assert";
import { loadReport, reportIds } from "../../sql/library/library";
import { assertRows, startLake, type TestLake } from "./support/lake";
import { compactFirstDays, storeAll, windowStart } from "./support/mixed";

/** Rows in one order: reports leave the order of equal rows open. */
const sorted = (rows: readonly object[]): object[] =>
  [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe("Reports over days in history and days in csv/", function () {
  this.timeout(180_000);
  let lake: TestLake;
  const overCsv = new Map<string, object[]>();

  const ask = async (id: string): Promise<object[]> => {
    const { name, window, feed, params } = loadReport(id);
    const coins = params
      .filter((param) => /^coins?$/.test(param.name))
      .map((param) => `--${param.name}=alpha`);
    return lake.ask([name, ...coins, ...(window ? [`--${window.from}`, windowStart(feed)] : [])]);
  };

  before(async () => {
    lake = await startLake();
    await storeAll(lake);
    for (const id of reportIds()) overCsv.set(id, await ask(id));
    await compactFirstDays(lake);
  });

  after(() => lake.stop());

  for (const id of reportIds())
    it(`${id} is the same as over csv/ alone`, async () => {
      const expected = overCsv.get(id) ?? [];
      assertRows(sorted(await ask(id)), sorted(expected));
    });

  it("have rows to compare", () => {
    const empty = [...overCsv].filter(([, rows]) => rows.length === 0).map(([id]) => id);
    assert.deepEqual(
      empty.filter((id) => !MAY_BE_EMPTY.has(id)),
      [],
    );
  });
});

/** Reports on faults that these rows do not have. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(["ops/quarantine"]);
