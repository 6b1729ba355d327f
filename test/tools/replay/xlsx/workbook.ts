import { strToU8, zipSync } from "fflate";

const REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

export interface Parts {
  /** Contents of <sheetData> by the name of the sheet. */
  readonly sheets: Readonly<Record<string, string>>;
  /** The <si> elements. */
  readonly strings?: readonly string[];
  readonly properties?: string;
}

/** A workbook with the given parts. */
export function workbook({ sheets, strings = [], properties = "" }: Parts): Uint8Array {
  const list = Object.entries(sheets);
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${REL}/${type}" Target="${target}"/>`;
  const parts: Record<string, string> = {
    "_rels/.rels": `<Relationships>${relation("r1", "officeDocument", "/xl/book.xml")}</Relationships>`,
    "xl/book.xml": `<x:workbook xmlns:x="a" xmlns:r="${REL}">${properties}<x:sheets>${list
      .map(([name], i) => `<x:sheet name="${name}" sheetId="${i + 1}" r:id="s${i}"/>`)
      .join("")}</x:sheets></x:workbook>`,
    "xl/_rels/book.xml.rels": `<Relationships>${list
      .map((_, i) => relation(`s${i}`, "worksheet", `sheets/${i}.xml`))
      .join("")}${relation("t", "sharedStrings", "texts.xml")}</Relationships>`,
    "xl/texts.xml": `<sst>${strings.join("")}</sst>`,
  };
  list.forEach(([, rows], i) => {
    parts[`xl/sheets/${i}.xml`] =
      `<?xml version="1.0"?><worksheet><sheetData>${rows}</sheetData></worksheet>`;
  });
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])));
}
