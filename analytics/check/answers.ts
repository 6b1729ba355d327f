import { bind } from "../../sql/library/bind";
import type { Report } from "../../sql/library/model";
import { type QueryTarget, runQuery } from "../../tools/kit/athena";
import { readResults } from "../../tools/kit/athena-results";
import type { Connection } from "../../tools/kit/connect";
import { Failure } from "../../tools/kit/errors";
import { Clients } from "../clients";
import { defaultsOf, feedsOf } from "./reports";

/** Explains and runs each report on an empty lake. Returns Athena's errors and columns that differ from the declared ones. */
export async function checkAnswers(
  connection: Connection,
  target: QueryTarget,
  reports: readonly Report[],
): Promise<string[]> {
  const clients = new Clients(connection);
  try {
    const problems: string[] = [];
    for (const report of reports) problems.push(...(await checkAnswer(clients, target, report)));
    return problems;
  } finally {
    clients.close();
  }
}

async function checkAnswer(clients: Clients, target: QueryTarget, report: Report): Promise<string[]> {
  try {
    const bound = bind(report, defaultsOf(report), feedsOf(report));
    await runQuery(clients.athena, target, { ...bound, query: `EXPLAIN ${bound.query}` });
    const finished = await runQuery(clients.athena, target, bound);
    const { columns } = await readResults(clients.athena, finished);
    const [got, declared] = [columns, report.columns].map((list) =>
      list.map(({ name, type }) => `${name} ${type}`).join(", "),
    );
    return got === declared
      ? []
      : [`${report.file}: the result has ${got}, but the header declares ${declared}`];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [`${report.file}: ${error.message}`];
  }
}
