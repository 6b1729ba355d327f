import { Engine, type RuleProperties } from "json-rules-engine";
import { feeds, type Row } from "../data/feeds";
import { makeCoins, marketRow } from "../data/market";
import { unpack } from "../data/records/unpack";
import { RuleBook } from "../functions/evaluate-rules/core";
import { readRules } from "../functions/evaluate-rules/read-rules";
import { pollRows } from "../functions/poll-prices/core";
import { type Bench, perSecond } from "./bench";

const COINS = 250;

/** Rules that both engines support: no history, no reference table. */
const conditions = [
  {
    all: [
      { fact: "price_usd", operator: "lessThan", value: 0.98 },
      { fact: "symbol", operator: "in", value: ["usdt", "usdc", "dai"] },
    ],
  },
  {
    any: [
      { fact: "change_24h_pct", operator: "greaterThanInclusive", value: 25 },
      { fact: "change_24h_pct", operator: "lessThanInclusive", value: -25 },
    ],
  },
  {
    all: [
      { fact: "market_cap_rank", operator: "lessThanInclusive", value: 10 },
      { fact: "volume_24h_usd", operator: "lessThan", value: 1e6 },
    ],
  },
];

export const bench: Bench = {
  name: "Rules: 250 coins against three rules",
  run: async (pace) => {
    const feed = feeds.crypto;
    if (!feed) throw new Error("no feed crypto");
    const now = Date.UTC(2026, 0, 2);
    const coins = makeCoins(COINS, 1).map((coin, i) => marketRow(coin, now, i + 1));
    const rows = pollRows(coins, new Date(now).toISOString(), {
      lanes: 1,
      pollSeconds: 300,
      origin: "poll",
    }).packs.flatMap(({ data }) => unpack(data).flatMap((line) => (line.ok ? [line.value as Row] : [])));
    const file = {
      feed: "crypto",
      rules: conditions.map((when, i) => ({
        name: `rule-${i}`,
        description: "d",
        severity: "info",
        once: "1h",
        when,
        message: "m",
      })),
    };
    const book = new RuleBook(feed, readRules(feed, file, new Map()), new Map());
    const [ours] = perSecond(COINS, [() => rows.map((row) => book.evaluate(row))], pace);
    const engine = new Engine(
      conditions.map((when) => ({ conditions: when, event: { type: "match" } }) as RuleProperties),
    );
    const start = performance.now();
    for (let i = 0; i < 3; i++) for (const row of rows) await engine.run(row as Record<string, unknown>);
    const theirs = (3 * COINS * 1000) / (performance.now() - start);
    return [
      {
        metric: "rows evaluated a second",
        value: ours,
        unit: "rows/s",
        against: { what: "json-rules-engine", value: theirs },
        target: { atLeast: 10 },
      },
    ];
  },
};
