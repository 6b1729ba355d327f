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
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  const expressionOf = (conditions: Conditions, joined: string) =>
    Object.entries(conditions)
      .map(([attribute, condition]) => conditionText(attribute, condition, names, values))
      .join(` ${joined} `);
  return {
    ...others,
    ...(KeyConditions && { KeyConditionExpression: expressionOf(KeyConditions, "AND") }),
    ...(filter && { FilterExpression: expressionOf(filter, ConditionalOperator ?? "AND") }),
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

function conditionText(
  attribute: string,
  { ComparisonOperator: operator = "EQ", AttributeValueList: list = [] }: Condition,
  names: Record<string, string>,
  values: Record<string, AttributeValue>,
): string {
  const name = `#legacy${Object.keys(names).length}`;
  names[name] = attribute;
  const placeholders = list.map((value) => {
    const placeholder = `:legacy${Object.keys(values).length}`;
    values[placeholder] = value;
    return placeholder;
  });
  if (operator === "IN" && list.length > 0) return `${name} IN (${placeholders.join(", ")})`;
  const form = FORMS[operator];
  if (!form || list.length !== form.values)
    throw validationError(
      `One or more parameter values were invalid: Invalid number of argument(s) for the ${operator} ComparisonOperator`,
    );
  return form.text(name, placeholders);
}

function refuseBoth(input: Input): void {
  const given = (suffix: RegExp) =>
    Object.entries(input)
      .filter(([name, value]) => suffix.test(name) && value !== undefined)
      .map(([name]) => name);
  const expressions = given(/Expression$/);
  if (expressions.length === 0) return;
  const legacy = given(/^(AttributesToGet|QueryFilter|ScanFilter|ConditionalOperator|KeyConditions)$/);
  throw validationError(
    `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${legacy.join(", ")}} Expression parameters: {${expressions.join(", ")}}`,
  );
}
