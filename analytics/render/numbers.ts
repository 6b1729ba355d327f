import { isNumber, isTime, type RenderColumn } from "./model";

/** A cell for display: thousands separators, and digits as the column declares or by the value's size. */
export function forPeople(column: RenderColumn, cell: string | null): string {
  if (cell === null) return "";
  if (isTime(column.type)) return cell.replace(/\.0+$/, "");
  if (!isNumber(column.type)) return cell;
  if (/^-?\d+$/.test(cell) && !/^(double|real|float)$/.test(column.type)) return grouped(cell);
  const value = Number(cell);
  if (cell.trim() === "" || !Number.isFinite(value)) return cell;
  const size = Math.abs(value);
  if (size >= 1e15) return cell;
  if (column.digits === undefined && size > 0 && size < 1e-12) return cell;
  return grouped(value.toFixed(column.digits ?? digitsFor(size)));
}

/** About five significant digits, because prices range from 0.00000012 to 120,000. */
function digitsFor(size: number): number {
  if (size === 0 || size >= 1_000) return 2;
  if (size >= 1) return 4;
  return 4 - Math.floor(Math.log10(size));
}

function grouped(text: string): string {
  const [, sign = "", whole = "", rest = ""] = /^(-?)(\d+)(.*)$/.exec(text) ?? [];
  return whole === "" ? text : sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + rest;
}
