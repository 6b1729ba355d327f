import type { Archive } from "./archive";
import { parseXml } from "./xml";

/** All texts of a workbook are kept in memory; a file with more is refused. */
const MOST_CHARACTERS = 256 * 2 ** 20;

/** The texts that cells refer to by number. */
export async function readSharedStrings(archive: Archive, part: string): Promise<readonly string[]> {
  const strings: string[] = [];
  const reader = new TextReader();
  let characters = 0;
  const parsing = parseXml(archive.text(part), {
    open: (name) => (name === "si" ? reader.begin() : reader.open(name)),
    text: (text) => reader.add(text),
    close: (name) => {
      reader.close(name);
      if (name !== "si") return;
      const text = reader.end();
      characters += text.length;
      strings.push(text);
    },
  });
  for await (const _ of parsing)
    if (characters > MOST_CHARACTERS)
      throw new Error(`its texts have more than ${MOST_CHARACTERS} characters: save it as CSV`);
  return strings;
}

/** Collects the text of <t> elements, without phonetic hints. */
export class TextReader {
  #text = "";
  #inText = false;
  #inPhonetic = false;

  begin(): void {
    this.#text = "";
  }

  open(name: string): void {
    if (name === "rPh") this.#inPhonetic = true;
    else if (name === "t") this.#inText = !this.#inPhonetic;
  }

  add(text: string): void {
    if (this.#inText) this.#text += text;
  }

  close(name: string): void {
    if (name === "rPh") this.#inPhonetic = false;
    else if (name === "t") this.#inText = false;
  }

  /** Excel writes control characters as _x000D_. */
  end(): string {
    return this.#text.includes("_x")
      ? this.#text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
          String.fromCharCode(Number.parseInt(code, 16)),
        )
      : this.#text;
  }
}
