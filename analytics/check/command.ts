import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineCommand } from "../../tools/kit/command";
import { flag } from "../../tools/kit/options";

export const checkSql = defineCommand({
  summary: "checks every saved report: header, grammar, columns, pruning, answers",
  usage: "npm run check:sql -- [options]",
  description:
    "Checks every report in sql/: the rules of its header, Trino's grammar, that its columns exist in the feed, that its " +
    "partition predicates prune, and that it explains and runs on the embedded cloud, over a lake without rows, with the " +
    "columns it declares.",
  options: { static: flag("checks the texts only and runs nothing") },
  run: async (values) => {
    const { checkReports } = await import("./reports");
    const { reports, problems } = checkReports();
    const found = [...problems];
    if (!values.static) found.push(...(await answered(reports)));
    for (const problem of found) process.stderr.write(`${problem}\n`);
    const checks = values.static ? "" : " and run";
    process.stdout.write(`${reports.length} reports checked${checks}, ${found.length} problems\n`);
    return found.length > 0 ? 1 : 0;
  },
});

/** In a cloud of its own, with the feeds' tables and no rows. */
async function answered(reports: readonly import("../../sql/library/model").Report[]): Promise<string[]> {
  const [{ startCloud }, { checkAnswers }, { declareLake }] = await Promise.all([
    import("../../packages/pocket-cloud"),
    import("./answers"),
    import("./lake"),
  ]);
  const dir = await mkdtemp(join(tmpdir(), "pricelake-check-"));
  try {
    const cloud = await startCloud({ dir });
    try {
      const { endpoint, region, credentials } = cloud;
      const target = await declareLake({ endpoint, region, credentials }, "check");
      return await checkAnswers({ endpoint, region, credentials }, target, reports);
    } finally {
      await cloud.stop();
    }
  } finally {
    await rm(dir, { recursive: true });
  }
}
