export { Engine, Interrupted } from "./engine/engine";
export { type CompiledQuery, type CompileOptions, compile } from "./sql/compile";
export { fail, type Node, notSupported, type Position, QueryFailure } from "./sql/failure";
export { knownFunctions } from "./sql/functions";
export {
  type Filter,
  type KeyPredicate,
  type RowNumbering,
  type Scan,
  type SourceColumn,
  type TableSource,
  type TypedRead,
  typedReadName,
  type ViewSource,
} from "./sql/session";
export { assignSql, raiseSql, tryCastSql } from "./sql/snippets";
export {
  type CreateTableAs,
  type CreateView,
  type Insert,
  type ParsedQuery,
  parse,
  parseType,
  type Statement,
} from "./sql/statements";
export type { TextComparison } from "./sql/text-comparison";
export { duckType, isInteger, type Kind, quoteName, quoteText, type Type, typeName } from "./sql/types";
