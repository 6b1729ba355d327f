import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(__dirname, "../..");

export interface DocumentationPage {
  readonly file: string;
  readonly text: string;
}

/** Every Markdown file of the repository, but templates. */
export const pages: readonly DocumentationPage[] = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
  { cwd: root, encoding: "utf8" },
)
  .trim()
  .split("\n")
  .filter((file) => !file.startsWith(".github/"))
  .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));

/** GitHub's anchors of a page's headings: lower case, without punctuation, blanks as hyphens. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  return new Set(
    [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => {
      const slug = heading
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
        .replaceAll(" ", "-");
      const earlier = seen.get(slug) ?? 0;
      seen.set(slug, earlier + 1);
      return earlier === 0 ? slug : `${slug}-${earlier}`;
    }),
  );
}

/** A page without its blocks of code, in which brackets and hashes are something else. */
export const withoutCode = (text: string): string => text.replace(/^ *```[\s\S]*?^ *```/gm, "");

export interface ShownCommand {
  readonly file: string;
  readonly command: string;
  readonly flags: readonly string[];
}

/** The npm scripts of a page with the options that they are shown with. */
export function commandsIn({ file, text }: DocumentationPage): ShownCommand[] {
  const shown =
    /(?:npm (?:-s )?run |npx pricelake )([a-z][a-z:-]*)((?:[^`\n|;&#]|&(?!&))*)|npm (start)((?:[^`\n|;&#])*)/g;
  return [...text.matchAll(shown)].map(([, named, rest, start, more]) => ({
    file,
    command: named ?? start ?? "",
    flags: [...(rest ?? more ?? "").matchAll(/(?<=\s)--([a-z][a-z-]+)/g)].map(([, flag = ""]) => flag),
  }));
}
