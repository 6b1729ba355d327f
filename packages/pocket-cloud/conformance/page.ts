import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PAGE = join(__dirname, "..", "CONFORMANCE.md");

/** Replaces the part of CONFORMANCE.md between the two comments of a section, or adds the section. */
export function writeSection(name: string, text: string): void {
  const section = `<!-- ${name} -->\n${text.trim()}\n<!-- /${name} -->`;
  const page = readFileSync(PAGE, "utf8");
  const begin = page.indexOf(`<!-- ${name} -->`);
  const end = page.indexOf(`<!-- /${name} -->`);
  writeFileSync(
    PAGE,
    begin < 0
      ? `${page.trimEnd()}\n\n${section}\n`
      : page.slice(0, begin) + section + page.slice(end + `<!-- /${name} -->`.length),
  );
}

export const percent = (part: number, whole: number): string =>
  whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;

/** A table in Markdown; the first column is text, the others are numbers. */
export const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map((_, index) => (index === 0 ? "---" : "---:")), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

/** Items by their reason, the most frequent reason first. The names of a reason unfold. */
export function byReason<T>(
  items: readonly T[],
  reasonOf: (item: T) => string,
  nameOf: (item: T) => string,
): string {
  const groups = new Map<string, string[]>();
  for (const item of items) {
    const names = groups.get(reasonOf(item)) ?? [];
    groups.set(reasonOf(item), [...names, nameOf(item)]);
  }
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(
      ([reason, names]) =>
        `<details><summary>${reason}: ${names.length}</summary>\n\n${names
          .sort()
          .map((name) => `- \`${name.trim()}\``)
          .join("\n")}\n\n</details>`,
    )
    .join("\n");
}
