/**
 * Measures how close the answers are to those of AWS, and writes the figures into CONFORMANCE.md:
 *
 *     npm run conformance:recorded -- CHECKOUT PYTHON [FILE…]   recorded answers of AWS in a checkout of LocalStack
 *     npm run conformance:peers -- FOLDER PYTHON [SUITE…]       suites of other projects, checkouts below FOLDER
 *
 * Each run leaves its single results in a file, from which the page is written again when only the reasons changed:
 *
 *     npm run conformance:page -- recorded|peers RESULTS
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSection } from "./page";
import { report as peersReport } from "./peers/report";
import { type PeerTest, runPeers } from "./peers/run";
import { figures, report } from "./recorded/report";
import { type RecordedAnswer, runRecorded } from "./recorded/run";

const fileOf = (what: string): string => join(tmpdir(), `conformance-${what}.json`);

function keep(what: string, results: readonly object[]): void {
  writeFileSync(fileOf(what), JSON.stringify(results));
  process.stdout.write(`results: ${fileOf(what)}\n`);
}

const kept = <T>(what: string): T[] =>
  existsSync(fileOf(what)) ? (JSON.parse(readFileSync(fileOf(what), "utf8")) as T[]) : [];

function writeRecorded(answers: readonly RecordedAnswer[]): void {
  writeSection("recorded", report(answers));
  for (const row of figures(answers)) process.stdout.write(`${row.join("\t")}\n`);
}

const writePeers = (tests: readonly PeerTest[]): void => writeSection("peers", peersReport(tests));

async function main([what, ...rest]: readonly string[]): Promise<void> {
  const [first, second, ...only] = rest;
  if (first === undefined || second === undefined)
    throw new Error("usage: main.ts recorded|peers FOLDER PYTHON, or main.ts page recorded|peers RESULTS");
  if (what === "page") {
    const results: unknown = JSON.parse(readFileSync(second, "utf8"));
    if (first === "recorded") writeRecorded(results as RecordedAnswer[]);
    else writePeers(results as PeerTest[]);
  } else if (what === "recorded") {
    const answers = await runRecorded(first, second, only);
    const ran = (test: string) => only.some((file) => test.startsWith(`tests/aws/services/${file}`));
    // Files that did not run keep their answers of the last run.
    const before = only.length > 0 ? kept<RecordedAnswer>(what) : [];
    const all = [...before.filter(({ test }) => !ran(test)), ...answers];
    keep(what, all);
    writeRecorded(all);
  } else {
    const tests = await runPeers(first, second, only);
    const suites = new Set(tests.map(({ suite }) => suite));
    // Suites that did not run keep their results of the last run.
    const before = only.length > 0 ? kept<PeerTest>("peers") : [];
    const all = [...before.filter(({ suite }) => !suites.has(suite)), ...tests];
    keep("peers", all);
    writePeers(all);
  }
}

void main(process.argv.slice(2));
