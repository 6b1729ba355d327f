import { isOperator } from "./conditions";

type Json = Readonly<Record<string, unknown>>;

const DOCUMENT = new Set(["Version", "Id", "Statement"]);
const STATEMENT = new Set([
  ...["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"],
  ...["Principal", "NotPrincipal", "Condition"],
]);
const VERSIONS: readonly unknown[] = ["2012-10-17", "2008-10-17"];

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** The statements of a policy document, or undefined: "Syntax errors in policy." */
export function statementsOf(text: string): readonly Json[] | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(document) || !Object.keys(document).every((name) => DOCUMENT.has(name))) return undefined;
  const { Version, Id, Statement } = document;
  if (Version !== undefined && !VERSIONS.includes(Version)) return undefined;
  if (Id !== undefined && typeof Id !== "string") return undefined;
  const statements = listOf(Statement);
  if (Statement === undefined || statements.length === 0) return undefined;
  return statements.every(isStatement) ? statements : undefined;
}

function isStatement(value: unknown): value is Json {
  if (!isObject(value) || !Object.keys(value).every((name) => STATEMENT.has(name))) return false;
  const { Sid, Effect, Condition } = value;
  const both = (name: string) => value[name] !== undefined && value[`Not${name}`] !== undefined;
  return (
    (Sid === undefined || typeof Sid === "string") &&
    typeof Effect === "string" &&
    /^(allow|deny)$/i.test(Effect) &&
    !both("Action") &&
    !both("Resource") &&
    ["Action", "NotAction", "Resource", "NotResource"].every((name) => areTexts(value[name])) &&
    (Condition === undefined || isCondition(Condition))
  );
}

const areTexts = (value: unknown): boolean =>
  value === undefined || listOf(value).every((one) => typeof one === "string");

const isCondition = (value: unknown): boolean =>
  isObject(value) &&
  Object.entries(value).every(
    ([operator, keys]) =>
      isOperator(operator) &&
      isObject(keys) &&
      Object.values(keys).every((values) =>
        listOf(values).every((one) => ["string", "number", "boolean"].includes(typeof one)),
      ),
  );
