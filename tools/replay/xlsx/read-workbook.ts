import { type FeedDefinition, validateRow } from "../../../data/feeds";
import { columnNamed } from "../../../data/feeds/field-names";
import { type DateOrder, dateOrderOf, localInstant } from "../../../data/feeds/local-date";
import { messageOf, UsageError } from "../../kit/errors";
import { type FileRow, sentByName } from "../file-row";
import { type Cell, columnName, type SheetRow } from "./sheet";
import { openWorkbook, type Sheet, type Workbook } from "./workbook";

/** A first row with so many column names of the feed is a header. Sheets without one are skipped. */
const LEAST_COLUMNS = 2;

/** Reads the rows of a feed from all sheets of an .xlsx workbook. Each sheet begins with a header. */
export async function* readWorkbook(
  path: string,
  feed: FeedDefinition,
  arrival: string,
  log: (text: string) => void,
): AsyncGenerator<FileRow> {
  const workbook = await openWorkbook(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    yield* readSheets(workbook, feed, arrival, log);
  } catch (error) {
    throw error instanceof UsageError ? error : unreadable(path, error);
  } finally {
    workbook.close();
  }
}

const unreadable = (path: string, error: unknown): UsageError =>
  new UsageError(`${path} cannot be read as an Excel workbook: ${messageOf(error).split("\n")[0]}`);

async function* readSheets(
  workbook: Workbook,
  feed: FeedDefinition,
  arrival: string,
  log: (text: string) => void,
): AsyncGenerator<FileRow> {
  const order = await textDateOrder(workbook, feed);
  const read: string[] = [];
  for (const sheet of workbook.sheets) {
    let header: Header | undefined;
    for await (const row of sheet.rows()) {
      if (!header) {
        header = headerOf(feed, row);
        if (header.known < LEAST_COLUMNS) {
          log(`sheet "${sheet.name}" has no header with columns of ${feed.name}: skipped`);
          break;
        }
        read.push(sheet.name);
        continue;
      }
      const given = fieldsOf(header, row, workbook.from1904, order?.order);
      const result = validateRow(feed, given, arrival);
      yield { sheet: sheet.name, number: row.number, result, ...sentByName(() => given) };
    }
  }
  if (read.length === 0)
    throw new UsageError(`no sheet of the workbook begins with a header with columns of ${feed.name}`);
  log(
    `read as an Excel workbook, ${read.length === 1 ? "sheet" : "sheets"} ${read.join(", ")}; dates are taken as UTC` +
      (order ? `, those in text as ${order.order.replace("-", " ")}` : ""),
  );
}

interface Header {
  readonly fields: readonly Field[];
  /** The number of column names of the feed. */
  readonly known: number;
}

interface Field {
  readonly name: string;
  /** The type of the feed's column of this name. */
  readonly type: string | undefined;
}

function headerOf(feed: FeedDefinition, { cells }: SheetRow): Header {
  const fields = Array.from(cells, (cell, i): Field => {
    const name = cell === undefined ? "" : String(cell).trim();
    const column = columnNamed(feed, name);
    const type = column === undefined ? undefined : feed.columns[column]?.type;
    return { name: name === "" ? unnamed(i) : name, type };
  });
  return { fields, known: fields.filter(({ type }) => type !== undefined).length };
}

/** A value under no header is reported as an unknown field. */
const unnamed = (column: number): string => `(column ${columnName(column)})`;

function fieldsOf(
  { fields }: Header,
  { cells }: SheetRow,
  from1904: boolean,
  order: DateOrder | undefined,
): Record<string, Cell> {
  const given: Record<string, Cell> = {};
  cells.forEach((cell, i) => {
    if (cell === undefined) return;
    const { name, type } = fields[i] ?? { name: unnamed(i), type: undefined };
    given[name] =
      type === "timestamp" ? instantOf(cell, from1904, order) : type === "string" ? textOf(cell) : cell;
  });
  return given;
}

const textOf = (cell: Cell): string => (typeof cell === "string" ? cell.trim() : String(cell));

const DAY_MS = 86_400_000;
/** Day 0 of a workbook's dates. Excel counts a 29 February 1900, so days are right from March 1900. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);

/** A date cell, which is a number of days, as an instant. Other cells are left to the validation. */
function instantOf(cell: Cell, from1904: boolean, order: DateOrder | undefined): Cell {
  if (typeof cell === "number") {
    // The fraction of a day is not exact.
    const millis = Math.round((cell * DAY_MS) / 1000) * 1000 + (from1904 ? EPOCH_1904 : EPOCH_1900);
    return Math.abs(millis) <= LAST_INSTANT ? new Date(millis).toISOString() : cell;
  }
  if (typeof cell !== "string") return cell;
  return localInstant(cell.trim(), order) ?? cell.trim();
}

const LAST_INSTANT = 8.64e15;

/** The order of day and month, when dates of a column are text; undefined when they are date cells. */
async function textDateOrder(workbook: Workbook, feed: FeedDefinition) {
  for (const sheet of workbook.sheets) {
    const dates = datesIn(sheet, feed);
    const first = await dates.next();
    await dates.return(undefined);
    if (first.done || localInstant(first.value) === undefined) continue;
    const texts: string[] = [];
    const seen = new Set<string>();
    for (const each of workbook.sheets)
      for await (const date of datesIn(each, feed)) {
        const day = date.split(" ")[0] ?? "";
        if (seen.has(day)) continue;
        seen.add(day);
        texts.push(date);
      }
    try {
      return dateOrderOf(texts);
    } catch (error) {
      throw new UsageError(`${messageOf(error)}; nothing was sent`);
    }
  }
  return undefined;
}

/** The cells of a sheet's first timestamp column that are text. Ends at the first row when that has a date cell. */
async function* datesIn(sheet: Sheet, feed: FeedDefinition): AsyncGenerator<string> {
  let column: number | undefined;
  for await (const row of sheet.rows()) {
    if (column === undefined) {
      column = headerOf(feed, row).fields.findIndex(({ type }) => type === "timestamp");
      if (column < 0) return;
      continue;
    }
    const cell = row.cells[column];
    if (typeof cell === "number") return;
    if (typeof cell === "string") yield cell.trim();
  }
}
