import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { costTable } from "./costs";
import { reportCatalogue } from "./report-catalogue";

/** `node --require tsx/cjs test/docs/generate.ts`: writes docs/reports.md and the costs in README.md and docs/deploy.md. */
const root = join(__dirname, "../..");

/** The text between the marks `<!-- costs -->` and `<!-- end of costs -->`. */
export const marked = /(<!-- costs[^>]*-->\n\n)([\s\S]*?)(\n\n<!-- end of costs -->)/;

async function main(): Promise<void> {
  const costs = await costTable();
  for (const file of ["README.md", "docs/deploy.md"]) {
    const path = join(root, file);
    const text = readFileSync(path, "utf8");
    writeFileSync(
      path,
      text.replace(marked, (_, before: string, __, after: string) => before + costs + after),
    );
  }
  writeFileSync(join(root, "docs/reports.md"), await reportCatalogue());
}

if (require.main === module) void main();
