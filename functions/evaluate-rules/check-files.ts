import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type FeedDefinition, feeds } from "../../data/feeds";
import { readReference, readRules } from "./read-rules";

/** A rules file that the function could not load. The message names file and place. */
class RuleFileError extends Error {
  readonly exitCode = 1;
}

/** Checks the rules of all watched feeds, for commands: before anything is deployed. */
export function checkRuleFiles(
  dir = join(__dirname, "rules"),
  all: readonly FeedDefinition[] = Object.values(feeds),
): void {
  for (const feed of all.filter(({ watched }) => watched)) {
    const reference = check(join(dir, `${feed.name}.reference.json`), readReference);
    check(join(dir, `${feed.name}.json`), (file) => readRules(feed, file, reference));
    // Loaded after the files were read: a file that is no JSON would fail here without its path.
    const { ruleFiles } = require("./rules") as typeof import("./rules");
    if (!Object.hasOwn(ruleFiles, feed.name))
      throw new RuleFileError(
        `${join(dir, "index.ts")} does not list ${feed.name}, whose contract has watched: true`,
      );
  }
}

function check<T>(path: string, read: (file: unknown) => T): T {
  try {
    return read(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new RuleFileError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
