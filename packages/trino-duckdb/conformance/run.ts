import { type Actual, judge, type Result } from "./compare";
import { Evaluator } from "./evaluate";
import type { RecordedCase } from "./recorded";

export interface Outcome extends Result {
  readonly test: RecordedCase;
  readonly actual: Actual;
}

const AT_ONCE = 3;

/** Runs recorded cases and compares each answer with Trino's. */
export async function run(
  cases: readonly RecordedCase[],
  progress: (done: number) => void = () => {},
): Promise<Outcome[]> {
  const evaluator = new Evaluator();
  const outcomes: Outcome[] = [];
  const left = cases.entries();
  const work = async () => {
    for (const [i, test] of left) {
      const actual = await evaluator.answer(test.sql);
      outcomes[i] = { test, actual, ...judge(test, actual) };
      progress(outcomes.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await evaluator.stop();
  }
  return outcomes;
}
