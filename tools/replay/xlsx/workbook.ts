import { posix } from "node:path";
import { Archive } from "./archive";
import { type SheetRow, sheetRows } from "./sheet";
import { readSharedStrings } from "./strings";
import { type Attributes, attribute, parseXml } from "./xml";

export interface Workbook {
  readonly sheets: readonly Sheet[];
  /** Days are counted from 1904 instead of 1900. */
  readonly from1904: boolean;
  close(): void;
}

export interface Sheet {
  readonly name: string;
  rows(): AsyncGenerator<SheetRow>;
}

/** Opens an .xlsx file. Its sheets are read in pieces, so that memory does not grow with their rows. */
export async function openWorkbook(path: string): Promise<Workbook> {
  const archive = await Archive.open(path);
  try {
    return await describe(archive);
  } catch (error) {
    archive.close();
    throw error;
  }
}

async function describe(archive: Archive): Promise<Workbook> {
  const root = await relationsOf(archive, "");
  const part = root.find(({ type }) => type === "officeDocument")?.target;
  if (part === undefined || !archive.has(part)) throw new Error("it has no workbook");
  const relations = await relationsOf(archive, part);
  const listed: { name: string; id: string | undefined }[] = [];
  let from1904 = false;
  await read(archive, part, (name, attributes) => {
    if (name === "sheet") listed.push({ name: attributes.name ?? "", id: attribute(attributes, "id") });
    else if (name === "workbookPr") from1904 = /^(1|true)$/.test(attributes.date1904 ?? "");
  });
  const texts = relations.find(({ type }) => type === "sharedStrings")?.target;
  const strings = texts === undefined ? [] : await readSharedStrings(archive, texts);
  const sheets = listed.flatMap(({ name, id }) => {
    const sheet = relations.find((relation) => relation.id === id && relation.type === "worksheet");
    return sheet ? [{ name, rows: () => sheetRows(archive, sheet.target, strings) }] : [];
  });
  return { sheets, from1904, close: () => archive.close() };
}

interface Relation {
  readonly id: string | undefined;
  /** The last part of the type's URI: "worksheet". */
  readonly type: string;
  /** The part's name in the archive. */
  readonly target: string;
}

async function relationsOf(archive: Archive, part: string): Promise<Relation[]> {
  const folder = posix.dirname(part);
  const relations: Relation[] = [];
  await read(archive, posix.join(folder, "_rels", `${posix.basename(part)}.rels`), (name, attributes) => {
    const { Id: id, Type = "", Target = "" } = attributes;
    if (name !== "Relationship") return;
    const target = Target.startsWith("/") ? Target.slice(1) : posix.join(folder, Target);
    relations.push({ id, type: Type.slice(Type.lastIndexOf("/") + 1), target });
  });
  return relations;
}

async function read(
  archive: Archive,
  part: string,
  open: (name: string, attributes: Attributes) => void,
): Promise<void> {
  for await (const _ of parseXml(archive.text(part), { open }));
}
