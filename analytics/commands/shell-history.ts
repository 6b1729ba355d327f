import { readIfThere, writeAtomic } from "../../tools/kit/files";

/** Newest first, as readline keeps them. */
export function readHistory(file: string): string[] {
  const text = readIfThere(file)?.toString("utf8") ?? "";
  return text.split("\n").filter(Boolean).reverse();
}

export function saveHistory(file: string, newestFirst: readonly string[]): void {
  const text = [...newestFirst].reverse().map((line) => `${line}\n`);
  try {
    writeAtomic(file, text.join(""), { private: true });
  } catch {
    // Full or read-only disk: this line is not in the next shell's history.
  }
}
