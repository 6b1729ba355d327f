const NEWLINE = 0x0a;

/**
 * Where the complete records of some bytes end. A record is a line; with a start pattern it goes on until the next line
 * that matches, and its last one is complete only when `settled` says that nothing is being added.
 */
export function recordEnds(bytes: Buffer, start: RegExp | undefined, settled: boolean): number[] {
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline < 0) break;
    if (start && at > 0 && start.test(bytes.toString("utf8", at, newline))) ends.push(at);
    at = newline + 1;
    if (!start) ends.push(at);
    else if (settled && bytes.indexOf(NEWLINE, at) < 0) ends.push(at);
  }
  return ends;
}
