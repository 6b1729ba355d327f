/** Collects lines into statements. A statement ends with a semicolon at the end of a line, outside quotes. */
export class Statements {
  #lines: string[] = [];

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** Returns the statement that the line completes; undefined if it goes on. */
  add(line: string): string | undefined {
    if (this.isEmpty && line.trim() === "") return undefined;
    this.#lines.push(line);
    const text = this.#lines.join("\n");
    const code = text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*/g, "").trimEnd();
    return code.endsWith(";") && !/['"]/.test(code) ? this.take() : undefined;
  }

  /** The unfinished statement, which is then forgotten. */
  take(): string {
    const text = this.#lines.join("\n");
    this.#lines = [];
    return text.trim().replace(/;$/, "").trimEnd();
  }
}

/** Words of a command line; quotes join words. */
export const splitWords = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
