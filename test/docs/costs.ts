import { estimate } from "../../infra/cost";
import { previewOf, previewWith } from "../infra/stacks";

const REGION = "us-east-1";

/** The paragraph of costs in README.md and docs/deploy.md, from the preview of each environment. */
export async function costTable(): Promise<string> {
  const one = { "pricelake:feeds": '["crypto"]', "pricelake:directFeeds": "[]" };
  const rows: [string, string, Awaited<ReturnType<typeof previewOf>>][] = [
    ["dev, one feed", "100 coins every 15 minutes", await previewWith("dev", one)],
    ["dev", "the same, with orders, stock ticks and posts", await previewOf("dev")],
    ["staging", "250 coins every 5 minutes, and the three other feeds", await previewOf("staging")],
    ["prod", "as staging, with two shards per stream and a key of its own", await previewOf("prod")],
  ];
  const lines = rows.map(([name, what, { resources }]) => {
    const { usd, lines: items } = estimate(resources, REGION);
    const streams = items
      .filter(({ unit }) => unit.startsWith("shard-hours"))
      .reduce((sum, line) => sum + (line.usd ?? 0), 0);
    return `| ${name} | ${what} | ${Math.round(usd)} USD | ${Math.round(streams)} USD |`;
  });
  return [
    "| environment | feeds | a month | of that, hours of streams |",
    "|---|---|---:|---:|",
    ...lines,
  ].join("\n");
}
