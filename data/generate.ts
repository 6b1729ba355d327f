import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { feeds } from "./feeds";
import { feedPage } from "./feeds/page";
import { samples } from "./samples";

/** All files generated from the contracts and the samples' seeds, by path in the repository. */
export function generatedFiles(): Map<string, Uint8Array> {
  return new Map([
    ...Object.entries(samples).map(([name, { make }]) => [`data/samples/${name}`, make()] as const),
    ...Object.values(feeds).map(
      (feed) => [`docs/feeds/${feed.name}.md`, Buffer.from(feedPage(feed))] as const,
    ),
  ]);
}

if (require.main === module) {
  for (const [path, content] of generatedFiles()) {
    const file = join(__dirname, "..", path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content);
  }
}
