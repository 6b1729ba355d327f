/**
 * Measures how close the answers are to those of AWS, and writes the figures into CONFORMANCE.md:
 *
 *     npm run conformance:recorded -- CHECKOUT PYTHON [FILE…]   recorded answers of AWS in a checkout of LocalStack
 *     npm run conformance:peers -- FOLDER PYTHON                suites of other projects, checkouts below FOLDER
 */
import { writeSection } from "./page";
import { report as peersReport } from "./peers/report";
import { runPeers } from "./peers/run";
import { figures, report } from "./recorded/report";
import { runRecorded } from "./recorded/run";

async function main([what, folder, python, ...only]: readonly string[]): Promise<void> {
  if (folder === undefined || python === undefined)
    throw new Error("usage: main.ts recorded|peers FOLDER PYTHON");
  if (what === "recorded") {
    const answers = await runRecorded(folder, python, only);
    if (only.length === 0) writeSection("recorded", report(answers));
    for (const row of figures(answers)) process.stdout.write(`${row.join("\t")}\n`);
  } else writeSection("peers", peersReport(await runPeers(folder, python)));
}

void main(process.argv.slice(2));
