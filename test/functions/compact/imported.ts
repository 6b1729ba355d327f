import type { Row } from "../../../data/feeds";
import { type ImportOptions, type ImportResult, importDays } from "../../../functions/compact/import";
import { RowStore } from "../../../tools/import/store";
import { crypto, NOW, type TestLake } from "./lake";

let runs = 0;

/** Imports rows into the crypto feed of a test's lake. */
export async function importRows(
  lake: TestLake,
  rows: readonly Row[],
  options: Partial<ImportOptions> = {},
  of = lake.lake(),
): Promise<readonly ImportResult[]> {
  const store = await RowStore.open(crypto);
  try {
    for (const row of rows) await store.add(row);
    return await importDays(crypto, of, await store.days(), {
      owner: "import",
      now: () => NOW,
      newRun: () => `import-${++runs}`,
      parquetOf: (day) => store.parquetOf(day),
      ...options,
    });
  } finally {
    store.close();
  }
}
