import { bind } from "../../sql/library/bind";
import type { Report } from "../../sql/library/model";
import { Clients, type Connection } from "../athena/connection";
import { execute, type Target } from "../athena/execution";
import { readResults } from "../athena/results";
import { Failure } from "../errors";
import { defaultsOf, feedsOf } from "./report";

/** What Athena says against each report, explained and run over a lake without rows, and columns not as declared. */
export async function checkAnswers(
  connection: Connection,
  target: Target,
  reports: readonly Report[],
): Promise<string[]> {
  const clients = new Clients(connection);
  try {
    const problems: string[] = [];
    for (const report of reports) problems.push(...(await checkAnswer(clients, target, report)));
    return problems;
  } finally {
    await clients.close();
  }
}

async function checkAnswer(clients: Clients, target: Target, report: Report): Promise<string[]> {
  try {
    const bound = bind(report, defaultsOf(report), feedsOf(report));
    await execute(clients, target, { ...bound, query: `EXPLAIN ${bound.query}` });
    const finished = await execute(clients, target, bound);
    const { columns } = await readResults(clients, finished);
    const [got, declared] = [columns, report.columns].map((list) =>
      list.map(({ name, type }) => `${name} ${type}`).join(", "),
    );
    return got === declared ? [] : [`${report.file}: it answers ${got}, but declares ${declared}`];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [`${report.file}: ${error.message}`];
  }
}
