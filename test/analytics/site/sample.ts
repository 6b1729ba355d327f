import { describeColumns } from "../../../analytics/render/columns";
import type { Edition, Outcome, PageResult } from "../../../analytics/site/model";
import type { Cells } from "../../../data/cells";
import { loadReport } from "../../../sql/library/library";
import type { Site, SitePage } from "../../../sql/library/site/model";

export const PROBE = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`;
export const publishedAt = Date.parse("2026-03-02T12:05:00Z");

export const ohlcPage: SitePage = {
  path: "coins",
  title: "Coins",
  report: loadReport("crypto/ohlc"),
  parameters: { coins: "ethereum,bitcoin" },
  split: "coin_id",
};
export const moversPage: SitePage = {
  path: "top-movers",
  title: "Top movers",
  report: loadReport("crypto/top-movers"),
  parameters: {},
  when: { of: "any", column: "change_pct", operator: ">=", value: 10 },
  deliver: { to: ["alerts", "team"], everySeconds: 86_400 },
};
const dominancePage: SitePage = {
  path: "dominance",
  title: "Dominance",
  report: loadReport("crypto/dominance"),
  parameters: {},
};
const quarantinePage: SitePage = {
  path: "quarantine",
  title: "Quarantine",
  report: loadReport("ops/quarantine"),
  parameters: {},
};

export function resultOf(page: SitePage, rows: readonly Cells[], more: Partial<PageResult> = {}): PageResult {
  const columns = page.report.columns.map(({ name, type }) => ({ name, type }));
  return {
    ...{ page, columns: describeColumns(page.report, columns), rows, truncated: false },
    ...{ facts: [["--since", "2026-03-01 12:00:00.000 UTC"]], warnings: [] },
    ...more,
  };
}

const hour = (at: number) => `2026-03-02 ${String(at).padStart(2, "0")}:00:00.000`;

export const candles = (coin: string, start: number, count = 8): Cells[] =>
  Array.from({ length: count }, (_, at) => {
    const open = start + at;
    return [coin, hour(at), open, open + 3, open - 2, open + 1, 1e9, 12].map(String);
  });

export const outcomes: readonly Outcome[] = [
  resultOf(ohlcPage, [...candles("bitcoin", 100), ...candles("ethereum", 50)], {
    warnings: ["incomplete: crypto has no rows for 2026-03-01 20h UTC"],
    freshness: { newestHour: "2026-03-02 11h", writtenAt: Date.parse("2026-03-02T12:01:00Z") },
  }),
  resultOf(moversPage, [
    ["1", "bitcoin", "btc", "100", "112.5", "12.5", hour(0), hour(11)],
    ["2", PROBE, PROBE, "1", "1.02", "2", hour(0), hour(11)],
  ]),
  resultOf(
    dominancePage,
    ["bitcoin", "ethereum"].flatMap((coin, at) =>
      Array.from({ length: 6 }, (_, step): Cells => [hour(step), coin, "1000", String(60 - 20 * at + step)]),
    ),
  ),
  resultOf(quarantinePage, []),
];

export const site: Site = {
  title: "Prices",
  description: "What coins cost.",
  pages: outcomes.map(({ page }) => page),
};

export const edition = (more: Partial<Edition> = {}): Edition => ({
  ...{ site, outcomes, alerts: [], publishedAt, script: "/* script */" },
  ...more,
});
