import { type Output, outputOf, redraws } from "./output";

export const CLEAR_LINE = "\r\u001b[2K";

/** A line that is redrawn in place. Writes nothing unless the output is a terminal. */
export function progressLine(output: Output = outputOf(process.stderr)) {
  let shown = false;
  // A failed write must not fail the command: progress is decoration.
  const write = (text: string): void => void output.write(text).catch(() => {});
  return {
    show(text: string): void {
      if (!redraws(output)) return;
      shown = true;
      write(CLEAR_LINE + (output.columns === undefined ? text : text.slice(0, output.columns - 1)));
    },
    clear(): void {
      if (shown) write(CLEAR_LINE);
      shown = false;
    },
  };
}
