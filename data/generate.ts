import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { feeds } from "./feeds";
import { brokenHistory, type ColumnHistory, columnHistory } from "./feeds/column-history";
import committed from "./feeds/column-history.json";
import { feedPage } from "./feeds/page";
import { samples } from "./samples";

/** All files generated from the contracts and the samples' seeds, by path in the repository. */
export function generatedFiles(): Map<string, Uint8Array> {
  return new Map([
    ["data/feeds/column-history.json", Buffer.from(historyFile())],
    ...Object.entries(samples).map(([name, { make }]) => [`data/samples/${name}`, make()] as const),
    ...Object.values(feeds).map(
      (feed) => [`docs/feeds/${feed.name}.md`, Buffer.from(feedPage(feed))] as const,
    ),
  ]);
}

/** The history of all feeds, one column per line. Throws when a contract breaks its committed history. */
function historyFile(): string {
  const blocks = Object.values(feeds).map((feed) => {
    // A feed without history is new.
    const history = (committed as unknown as Record<string, ColumnHistory>)[feed.name];
    const problem = history && brokenHistory(feed, history);
    if (problem) throw new Error(`data/feeds/${feed.name}.ts: ${problem}`);
    const lines = columnHistory(feed).map((column) => `    ${JSON.stringify(column).replaceAll(",", ", ")}`);
    return `  ${JSON.stringify(feed.name)}: [\n${lines.join(",\n")}\n  ]`;
  });
  return `{\n${blocks.join(",\n")}\n}\n`;
}

if (require.main === module) {
  for (const [path, content] of generatedFiles()) {
    const file = join(__dirname, "..", path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content);
  }
}
