import { quoteText, typeName } from "../types";
import { arg, type FunctionEntry, scalar, sql } from "./entry";

export const misc: readonly FunctionEntry[] = [
  scalar("typeof(T) -> varchar", (call) => sql(call)`${quoteText(typeName(arg(call, 0).type))}`),
  scalar("version() -> varchar", "'3'"),
];
