import { readFileSync } from "node:fs";
import { join } from "node:path";
import { feeds } from "../../data/feeds";
import { readReference, readRules } from "./read-rules";

/** A rules file that the function could not load. The message names file and place. */
class RuleFileError extends Error {
  readonly exitCode = 1;
}

/** Checks the rules of all watched feeds, for commands: before anything is deployed. */
export function checkRuleFiles(dir = join(__dirname, "rules")): void {
  for (const feed of Object.values(feeds).filter(({ watched }) => watched)) {
    const reference = check(join(dir, `${feed.name}.reference.json`), readReference);
    check(join(dir, `${feed.name}.json`), (file) => readRules(feed, file, reference));
  }
}

function check<T>(path: string, read: (file: unknown) => T): T {
  try {
    return read(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new RuleFileError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
