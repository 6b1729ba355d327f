import type { AttributeValue, Condition, QueryInput, ScanInput } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";

type Conditions = Readonly<Record<string, Condition>>;
type Input = QueryInput & ScanInput;

/** The forms of conditions from before expressions, for an attribute `n` and its values `v`. */
const FORMS: Readonly<
  Record<string, { readonly values: number; readonly text: (n: string, v: string[]) => string }>
> = {
  EQ: { values: 1, text: (n, [v]) => `${n} = ${v}` },
  NE: { values: 1, text: (n, [v]) => `${n} <> ${v}` },
  LE: { values: 1, text: (n, [v]) => `${n} <= ${v}` },
  LT: { values: 1, text: (n, [v]) => `${n} < ${v}` },
  GE: { values: 1, text: (n, [v]) => `${n} >= ${v}` },
  GT: { values: 1, text: (n, [v]) => `${n} > ${v}` },
  BETWEEN: { values: 2, text: (n, [low, high]) => `${n} BETWEEN ${low} AND ${high}` },
  BEGINS_WITH: { values: 1, text: (n, [v]) => `begins_with(${n}, ${v})` },
  CONTAINS: { values: 1, text: (n, [v]) => `contains(${n}, ${v})` },
  NOT_CONTAINS: { values: 1, text: (n, [v]) => `NOT contains(${n}, ${v})` },
  NULL: { values: 0, text: (n) => `attribute_not_exists(${n})` },
  NOT_NULL: { values: 0, text: (n) => `attribute_exists(${n})` },
};

/** A Query or Scan with expressions in the place of KeyConditions, QueryFilter and ScanFilter. */
export function withExpressions(input: Input): Input {
  const { KeyConditions, QueryFilter, ScanFilter, ConditionalOperator, ...others } = input;
  const filter = QueryFilter ?? ScanFilter;
  if (!KeyConditions && !filter) return input;
  refuseBoth(input);
  const placeholders: Placeholders = { names: {}, values: {} };
  const { names, values } = placeholders;
  const expressionOf = (conditions: Conditions, joined: string) =>
    Object.entries(conditions)
      .map(([attribute, condition]) => conditionText(attribute, condition, placeholders))
      .join(` ${joined} `);
  return {
    ...others,
    ...(KeyConditions && { KeyConditionExpression: expressionOf(KeyConditions, "AND") }),
    ...(filter && { FilterExpression: expressionOf(filter, ConditionalOperator ?? "AND") }),
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

export interface Placeholders {
  readonly names: Record<string, string>;
  readonly values: Record<string, AttributeValue>;
}

/** Adds what a placeholder stands for. Returns the placeholder. */
export function placeholder<T>(all: Record<string, T>, begin: "#" | ":", value: T): string {
  const name = `${begin}legacy${Object.keys(all).length}`;
  all[name] = value;
  return name;
}

/** A condition on an attribute as an expression. */
export function conditionText(
  attribute: string,
  { ComparisonOperator: operator = "EQ", AttributeValueList: list = [] }: Condition,
  { names, values }: Placeholders,
): string {
  const name = placeholder(names, "#", attribute);
  const placeholders = list.map((value) => placeholder(values, ":", value));
  if (operator === "IN" && list.length > 0) return `${name} IN (${placeholders.join(", ")})`;
  const form = FORMS[operator];
  if (!form || list.length !== form.values)
    throw validationError(
      `One or more parameter values were invalid: Invalid number of argument(s) for the ${operator} ComparisonOperator`,
    );
  return form.text(name, placeholders);
}

export function refuseBoth(input: object): void {
  const given = (suffix: RegExp) =>
    Object.entries(input)
      .filter(([name, value]) => suffix.test(name) && value !== undefined)
      .map(([name]) => name);
  const expressions = given(/Expression$/);
  if (expressions.length === 0) return;
  const legacy = given(
    /^(AttributesToGet|AttributeUpdates|Expected|QueryFilter|ScanFilter|ConditionalOperator|KeyConditions)$/,
  );
  throw validationError(
    `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${legacy.join(", ")}} Expression parameters: {${expressions.join(", ")}}`,
  );
}
