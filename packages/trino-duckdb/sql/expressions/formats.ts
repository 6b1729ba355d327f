import { cast } from "../casts";
import { build, type Expr, join, make, type Part } from "../expr";
import { fail, type Node, notSupported } from "../failure";
import { isFloating, isInteger, isText, quoteText, type Type, typeName, VARCHAR } from "../types";

/** format('%s …', …), with Java's format specifiers. */
export function formatted(args: readonly Expr[], node: Node): Expr {
  const [format, ...values] = args;
  if (!format || typeof format.literal !== "string")
    return notSupported("format() with a format that is not a constant", node);
  let used = 0;
  const pieces = format.literal.split(/(%[^a-zA-Z%]*[a-zA-Z%])/).flatMap((piece): Part[] => {
    if (piece === "") return [];
    if (!piece.startsWith("%")) return [quoteText(piece)];
    if (piece === "%%") return ["'%'"];
    if (piece === "%n") return ["chr(10)"];
    if (Number(/^%[-0,+ (]*(\d*)/.exec(piece)?.[1]) > WIDEST)
      return notSupported(`a width of more than ${WIDEST} in format()`, node);
    const value = values[used++];
    if (!value) return fail("INVALID_FUNCTION_ARGUMENT", `Format specifier '${piece}'`, node);
    return [make(VARCHAR)`coalesce(${formatPiece(piece, value, node)}, ${nullText(piece)})`];
  });
  return build(VARCHAR, ["(", ...join(pieces.length > 0 ? pieces : ["''"], " || "), ")"]);
}

const WIDEST = 10_000;

/** NULL is written as null, cut to the precision and padded to the width. */
const nullText = (piece: string): string => {
  const [, flags = "", width = "", precision] = /^%([-0,+ (]*)(\d*)(?:\.(\d+))?/.exec(piece) ?? [];
  const text = "null".slice(0, precision === undefined ? undefined : Number(precision));
  return quoteText(flags.includes("-") ? text.padEnd(Number(width)) : text.padStart(Number(width)));
};

const numbers: Readonly<Record<string, (type: Type) => boolean>> = {
  d: isInteger,
  x: isInteger,
  f: (type) => isFloating(type) || type.kind === "decimal",
  e: isFloating,
};

function formatPiece(piece: string, value: Expr, node: Node): Expr {
  const { type } = value;
  const [, flags = "", width = "", precision, kind = ""] =
    /^%([-0,+ (]*)(\d*)(\.\d+)?([a-zA-Z])$/.exec(piece) ?? [];
  const allowed = numbers[kind];
  if (allowed && type.kind === "unknown") return make(VARCHAR)`CAST(NULL AS VARCHAR)`;
  if (allowed && kind === "x" && (flags.includes(",") || type.kind !== "bigint"))
    return unsupported(piece, type, node);
  if (allowed?.(type))
    return make(VARCHAR)`trino_format_number(${quoteText(piece)}, CAST(${value} AS VARCHAR))`;
  if (allowed && kind === "e" && type.kind === "decimal") return unsupported(piece, type, node);
  if (allowed)
    return fail("INVALID_FUNCTION_ARGUMENT", `Invalid format string: ${piece} with ${typeName(type)}`, node);
  const text = kind === "s" || (kind === "b" && type.kind === "boolean") ? textOf(value, node) : undefined;
  if (!text || precision !== undefined || !["", "-"].includes(flags)) return unsupported(piece, type, node);
  if (width === "") return text;
  const pad = flags === "-" ? "rpad" : "lpad";
  const result = make(VARCHAR);
  return result`CASE WHEN length(${text}) < ${width} THEN ${pad}(${text}, ${width}, ' ') ELSE ${text} END`;
}

const unsupported = (piece: string, type: Type, node: Node): Expr =>
  notSupported(`'${piece}' with ${typeName(type)} in format()`, node);

/** Java's text of a value. For a double it differs from the text of a cast. */
function textOf(value: Expr, node: Node): Expr | undefined {
  const { type } = value;
  if (isFloating(type)) return make(VARCHAR)`trino_java_double(CAST(${value} AS VARCHAR))`;
  const plain =
    isText(type) || isInteger(type) || ["decimal", "boolean", "date", "unknown"].includes(type.kind);
  return plain ? cast(value, VARCHAR, false, node) : undefined;
}
