import { Clients, type Connection } from "../athena/connection";
import { execute, type Target } from "../athena/execution";
import { Failure } from "../errors";
import { bind } from "../report/bind";
import type { Report } from "../report/model";
import { defaultsOf, feedsOf } from "./report";

/** What Athena says against each report's plan. */
export async function explainReports(
  connection: Connection,
  target: Target,
  reports: readonly Report[],
): Promise<string[]> {
  const clients = new Clients(connection);
  const problems: string[] = [];
  try {
    for (const report of reports) {
      const bound = bind(report, defaultsOf(report), feedsOf(report));
      try {
        await execute(clients, target, { ...bound, query: bound.query.replace("\n", "\nEXPLAIN ") });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        problems.push(`${report.file}: ${error.message}`);
      }
    }
    return problems;
  } finally {
    await clients.close();
  }
}
