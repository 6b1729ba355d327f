import { type Output, outputOf, redraws } from "./output";

export const CLEAR_LINE = "\r\u001b[2K";

/** Without a terminal, a line is written after this time of silence. */
export const SILENCE_MS = 1500;

/**
 * A line that is redrawn in place on a terminal. Elsewhere nothing is written, or with `lines` a line now and then: what runs
 * until it is stopped, such as a service, writes none into its log.
 */
export function progressLine(
  output: Output = outputOf(process.stderr),
  { lines = false, now = Date.now }: { readonly lines?: boolean; readonly now?: () => number } = {},
) {
  let shown = false;
  let printed: number | undefined;
  // A failed write must not fail the command: progress is decoration.
  const write = (text: string): void => void output.write(text).catch(() => {});
  return {
    show(text: string): void {
      if (!redraws(output)) {
        printed ??= now();
        if (!lines || now() - printed < SILENCE_MS) return;
        printed = now();
        write(`${text}\n`);
        return;
      }
      shown = true;
      write(CLEAR_LINE + (output.columns === undefined ? text : text.slice(0, output.columns - 1)));
    },
    clear(): void {
      if (shown) write(CLEAR_LINE);
      shown = false;
    },
  };
}
