import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../sql/library/model";
import { withActivity } from "../../tools/kit/activity";
import { defineCommand } from "../../tools/kit/command";
import { openCloud } from "../../tools/kit/connect";
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
    const { checkReports } = require("./reports") as typeof import("./reports");
    const { reports, problems } = checkReports();
    const answers = values.static
      ? []
      : await withActivity(
          () => `running ${reports.length} reports on an empty lake`,
          () => checkOnCloud(reports),
        );
    const found = [...problems, ...answers];
    for (const problem of found) process.stderr.write(`${problem}\n`);
    const checks = values.static ? "" : " and run";
    process.stdout.write(`${reports.length} reports checked${checks}, ${found.length} problems\n`);
    return found.length > 0 ? 1 : 0;
  },
});

/** Runs the reports on a temporary cloud that has the feeds' tables and no rows. */
async function checkOnCloud(reports: readonly Report[]): Promise<string[]> {
  const { checkAnswers } = require("./answers") as typeof import("./answers");
  const { declareLake } = require("./lake") as typeof import("./lake");
  const dir = await mkdtemp(join(tmpdir(), "pricelake-check-"));
  try {
    const { connection, close } = await openCloud(dir);
    try {
      const target = await declareLake(connection, "check");
      return await checkAnswers(connection, target, reports);
    } finally {
      await close?.();
    }
  } finally {
    await rm(dir, { recursive: true });
  }
}
