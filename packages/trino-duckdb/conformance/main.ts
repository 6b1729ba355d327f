import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isReference, readRecorded } from "./recorded";
import { count, figures, report } from "./report";
import { run } from "./run";

/** Runs every recorded case and writes the figures into the pages. Exits with 1 if an answer is wrong. */
const OWN_PAGE = join(__dirname, "..", "CONFORMANCE.md");
const CLOUD_PAGE = join(__dirname, "..", "..", "pocket-cloud", "CONFORMANCE.md");

async function main(): Promise<void> {
  const cases = readRecorded().filter(isReference);
  const show = (done: number) => {
    if (process.stderr.isTTY && done % 100 === 0) process.stderr.write(`\r${done} of ${cases.length}`);
  };
  const outcomes = await run(cases, show);
  const [intro = ""] = readFileSync(OWN_PAGE, "utf8").split(/(?<=<!-- generated -->\n)/);
  writeFileSync(OWN_PAGE, `${intro}\n${report(outcomes)}\n`);
  writeCloudPage(figures(outcomes));
  const [right, refused, wrong] = (["right", "refused", "wrong"] as const).map((verdict) =>
    count(outcomes, verdict),
  );
  process.stdout.write(
    `${right} right, ${refused} refused, ${wrong} wrong of ${cases.length}; see ${OWN_PAGE}\n`,
  );
  process.exitCode = wrong === 0 ? 0 : 1;
}

/** The part of pocket-cloud's page between two comments. */
function writeCloudPage(table: string): void {
  const section = `<!-- sql -->\n## Athena's SQL

Queries compared with the answers of Trino 435, by \`npm run conformance:sql\` in packages/trino-duckdb. Its
CONFORMANCE.md lists what is refused.

${table}\n<!-- /sql -->`;
  const page = existsSync(CLOUD_PAGE) ? readFileSync(CLOUD_PAGE, "utf8") : "# Conformance with AWS\n";
  const parts = page.split(/<!-- sql -->[\s\S]*?<!-- \/sql -->/);
  const [before = "", after] = parts;
  writeFileSync(
    CLOUD_PAGE,
    after === undefined ? `${before.trimEnd()}\n\n${section}\n` : `${before}${section}${after}`,
  );
}

void main();
