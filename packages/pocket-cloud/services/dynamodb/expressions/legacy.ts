import type { AttributeValue, Condition, QueryInput, ScanInput } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import { LEGACY_NAME } from "./tokens";

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
  const placeholders: Placeholders = { names: {}, values: {}, count: 0 };
  const { names, values } = placeholders;
  const expressionOf = (conditions: Conditions, joined: string) =>
    Object.entries(conditions)
      .map(([attribute, condition]) => conditionText(attribute, condition, placeholders))
      .join(` ${joined} `);
  return {
    ...others,
    ...(KeyConditions && { KeyConditionExpression: expressionOf(KeyConditions, "AND") }),
    ...(filter && { FilterExpression: expressionOf(filter, ConditionalOperator ?? "AND") }),
    ExpressionAttributeNames: { ...input.ExpressionAttributeNames, ...names },
    ...((input.ExpressionAttributeValues || Object.keys(values).length > 0) && {
      ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ...values },
    }),
  };
}

export interface Placeholders {
  readonly names: Record<string, string>;
  readonly values: Record<string, AttributeValue>;
  count: number;
}

export function nameFor(placeholders: Placeholders, attribute: string): string {
  const name = `${LEGACY_NAME}${placeholders.count++}`;
  placeholders.names[name] = attribute;
  return name;
}

export function valueFor(placeholders: Placeholders, value: AttributeValue): string {
  const name = `:legacy${placeholders.count++}`;
  placeholders.values[name] = value;
  return name;
}

/** A condition on an attribute as an expression. */
export function conditionText(
  attribute: string,
  { ComparisonOperator: operator = "EQ", AttributeValueList: list = [] }: Condition,
  placeholders: Placeholders,
): string {
  const name = nameFor(placeholders, attribute);
  const values = list.map((value) => valueFor(placeholders, value));
  if (operator === "IN" && list.length > 0) return `${name} IN (${values.join(", ")})`;
  const form = FORMS[operator];
  if (!form || list.length !== form.values)
    throw validationError(
      `One or more parameter values were invalid: Invalid number of argument(s) for the ${operator} ComparisonOperator`,
    );
  return form.text(name, values);
}

/** In AWS's order. */
const LEGACY = [
  ...["AttributesToGet", "AttributeUpdates", "QueryFilter", "ScanFilter", "Expected"],
  ...["ConditionalOperator", "KeyConditions"],
];
const EXPRESSIONS = [
  ...["ProjectionExpression", "UpdateExpression", "FilterExpression", "ConditionExpression"],
  "KeyConditionExpression",
];

/** KeyConditions contradict their own expression alone: a projection may stand beside them. */
export function refuseBoth(input: object): void {
  const given = (names: readonly string[]) =>
    names.filter((name) => (input as Readonly<Record<string, unknown>>)[name] !== undefined);
  const expressions = given(EXPRESSIONS);
  const legacy = given(LEGACY).filter(
    (name) => name !== "KeyConditions" || expressions.includes("KeyConditionExpression"),
  );
  if (expressions.length === 0 || legacy.length === 0) return;
  throw validationError(
    `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${legacy.join(", ")}} Expression parameters: {${expressions.join(", ")}}`,
  );
}
