import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "../../tools/kit/command";
import { parseOptions, UsageError } from "../../tools/kit/command";

export const checkSql: Command = {
  summary: "every saved report: header, grammar, columns, pruning, answers",
  help: `npm run check:sql -- [options]

Checks every report in sql/: the header's rules, Trino's grammar, that its columns are the feed's, that its partition
predicates prune, and that it explains and runs on the embedded cloud (over a lake without rows) with the columns it declares.

  --static     runs nothing
  --help       this text
`,
  run: async (args) => {
    const { values, positionals } = parseOptions(args, { static: { type: "boolean", default: false } });
    if (positionals.length > 0)
      throw new UsageError(`check-sql takes no argument "${positionals[0]}"; see --help`);
    const { checkAll } = await import("./all");
    const { reports, problems } = checkAll();
    const found = [...problems];
    if (!values.static) found.push(...(await answered(reports)));
    for (const problem of found) process.stderr.write(`${problem}\n`);
    const checks = values.static ? "" : " and run";
    process.stdout.write(`${reports.length} reports checked${checks}, ${found.length} problems\n`);
    return found.length > 0 ? 1 : 0;
  },
};

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
