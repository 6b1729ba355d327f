import { redraws } from "../kit/output";
import { CLEAR_LINE } from "../kit/progress";

/** Writes a line to stderr. Removes an activity's line first, where one may be drawn. */
export const log = (line: string): void =>
  void process.stderr.write(`${redraws(process.stderr) ? CLEAR_LINE : ""}${line}\n`);
