import { readFileSync } from "node:fs";
import { join } from "node:path";
import { feeds } from "../../data/feeds";
import { readReference, readRules } from "../../functions/evaluate-rules/read-rules";
import { Failure, messageOf } from "./errors";

const folder = join(__dirname, "../../functions/evaluate-rules/rules");

/** Refuses rules that evaluate-rules could not load, before anything is deployed. The message names file and place. */
export function checkRuleFiles(dir = folder): void {
  for (const feed of Object.values(feeds).filter(({ watched }) => watched)) {
    const reference = check(join(dir, `${feed.name}.reference.json`), readReference);
    check(join(dir, `${feed.name}.json`), (file) => readRules(feed, file, reference));
  }
}

function check<T>(path: string, read: (file: unknown) => T): T {
  try {
    return read(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new Failure(`${path}: ${messageOf(error)}`);
  }
}
