import type {
  OverContext,
  WindowFrameContext,
  WindowSpecificationContext,
} from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import * as grammar from "dt-sql-parser/dist/lib/trino/TrinoSqlParser";
import { type Expr, join, make, type Part } from "../expr";
import { fail, notSupported } from "../failure";
import { nameOf } from "../names";
import { raise } from "../raise";
import { type Context, compileExpression } from "./context";
import { sortParts } from "./sorting";

/** The window after OVER: a specification or the name of one. */
export function windowOver(node: OverContext, context: Context): Part[] {
  const own = node.windowSpecification();
  if (own) return specification(own, context);
  const name = node._windowName ? nameOf(node._windowName) : "";
  const named = context.namedWindows?.get(name);
  if (!(named instanceof grammar.WindowSpecificationContext))
    return fail("INVALID_WINDOW_REFERENCE", `Cannot resolve WINDOW name ${name}`, node);
  return specification(named, context);
}

function specification(node: WindowSpecificationContext, context: Context): Part[] {
  if (node._existingWindowName) return notSupported("a window that extends a named window", node);
  const within: Context = { ...context, windows: false, where: "a window specification" };
  const keys: Expr[] = (node.partitionBy()?.expression() ?? []).map((one) => compileExpression(one, within));
  context.onWindow?.(keys);
  const sort = node.sortItem();
  const frame = node.windowFrame();
  const pieces: Part[][] = [
    keys.length > 0 ? ["PARTITION BY ", ...join(keys)] : [],
    sort.length > 0 ? ["ORDER BY ", ...sortParts(sort, within)] : [],
    frame ? frameParts(frame, within) : [],
  ];
  return [
    "(",
    ...pieces.filter((piece) => piece.length > 0).flatMap((piece, i) => (i === 0 ? piece : [" ", ...piece])),
    ")",
  ];
}

function frameParts(node: WindowFrameContext, context: Context): Part[] {
  if (node.rowPattern() || node.measureDefinition().length > 0)
    return notSupported("pattern recognition in a window", node);
  const extent = node.frameExtent();
  const kind = extent.KW_ROWS() ? "ROWS" : extent.KW_GROUPS() ? "GROUPS" : "RANGE";
  const [start, end] = extent.frameBound().map((bound) => boundParts(bound, context));
  if (!start) return notSupported("this window frame", node);
  return end ? [`${kind} BETWEEN `, ...start, " AND ", ...end] : [`${kind} `, ...start];
}

function boundParts(node: grammar.FrameBoundContext, context: Context): Part[] {
  if (node instanceof grammar.CurrentRowBoundContext) return ["CURRENT ROW"];
  if (node instanceof grammar.UnboundedFrameContext)
    return [`UNBOUNDED ${node.KW_PRECEDING() ? "PRECEDING" : "FOLLOWING"}`];
  if (node instanceof grammar.BoundedFrameContext)
    return [
      frameOffset(compileExpression(node.expression(), context)),
      ` ${node.KW_PRECEDING() ? "PRECEDING" : "FOLLOWING"}`,
    ];
  return notSupported("this window frame", node);
}

/** A negative offset fails in Trino. DuckDB would reverse the frame. */
function frameOffset(offset: Expr): Expr {
  if (typeof offset.literal === "number" && offset.literal >= 0) return offset;
  const { type } = offset;
  const zero = type.kind.startsWith("interval") ? "INTERVAL 0 DAY" : "0";
  const bad = raise(type, "INVALID_WINDOW_FRAME", "Window frame offset value must not be negative or null");
  return make(type)`CASE WHEN ${offset} >= ${zero} THEN ${offset} ELSE ${bad} END`;
}
