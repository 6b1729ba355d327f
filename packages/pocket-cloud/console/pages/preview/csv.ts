/** Rows of a CSV text (RFC 4180), up to a number. */
export function csvRows(text: string, most: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < text.length && rows.length < most; at++) {
    const char = text[at];
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') field += text[at++];
      else quoted = false;
    } else if (char === '"' && field === "") quoted = true;
    else if (char === "," || char === "\n") {
      row.push(field.replace(/\r$/, ""));
      field = "";
      if (char === ",") continue;
      rows.push(row);
      row = [];
    } else field += char;
  }
  if (rows.length < most && (field !== "" || row.length > 0)) rows.push([...row, field]);
  return rows;
}

const isNumber = (text: string): boolean => text !== "" && !Number.isNaN(Number(text));

/** Whether the first row names the columns: it has no number, and no two equal or empty cells. */
export const hasHeader = ([first = [], ...rest]: readonly (readonly string[])[]): boolean =>
  rest.length > 0 &&
  new Set(first).size === first.length &&
  first.every((cell) => /^[A-Za-z_][\w .()/%-]*$/.test(cell) && !isNumber(cell)) &&
  rest.some((row) => row.some(isNumber) || row.join() !== first.join());
