import { type Expr, make } from "../expr";
import { BOOLEAN, type Type, VARBINARY, VARCHAR } from "../types";
import { guarded, invalid, type Rule } from "./rule";

/** Casts of UUIDs and IP addresses to and from binaries. */
export function identifiers(from: Type, to: Type): Rule | undefined {
  if (from.kind === "uuid" && to.kind === "varbinary")
    return (expr) => make(VARBINARY)`unhex(replace(CAST(${expr} AS VARCHAR), '-', ''))`;
  if (from.kind === "varbinary" && to.kind === "uuid")
    return guarded(
      (expr) => make(BOOLEAN)`octet_length(${expr}) = 16`,
      (expr) => make(to)`CAST(hex(${expr}) AS UUID)`,
    );
  if (from.kind === "ipaddress" && to.kind === "varbinary") return (expr) => ({ ...expr, type: VARBINARY });
  if (from.kind === "varbinary" && to.kind === "ipaddress")
    return (expr, _to, attempt) => {
      const mapped = make(to)`unhex('00000000000000000000ffff' || hex(${expr}))`;
      const otherwise = attempt ? "NULL" : invalid(make(VARCHAR)`hex(${expr})`, to);
      const result = make(to);
      return result`CASE octet_length(${expr}) WHEN 16 THEN ${expr} WHEN 4 THEN ${mapped} ELSE CASE WHEN ${expr} IS NULL THEN NULL ELSE ${otherwise} END END`;
    };
  return undefined;
}

const UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

export const uuidText: Rule = guarded((expr) => make(BOOLEAN)`regexp_full_match(${expr}, '${UUID}')`);

/** Fails inside the function; TRY gives NULL. */
export const ipText: Rule = (expr, to, attempt) =>
  attempt ? make(to)`TRY(trino_ip(${expr}))` : make(to)`trino_ip(${expr})`;

export const ipAsText = (expr: Expr): Expr => make(VARCHAR)`trino_ip_text(${expr})`;
