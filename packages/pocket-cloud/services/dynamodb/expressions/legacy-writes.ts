import type { AttributeValue, AttributeValueUpdate, ExpectedAttributeValue } from "@aws-sdk/client-dynamodb";
import { validationError } from "../../../errors";
import { typeOf } from "../data/value";
import { conditionText, nameFor, type Placeholders, refuseBoth, valueFor } from "./legacy";

/** The parameters of writes from before expressions. */
interface LegacyWrite {
  readonly Expected?: Readonly<Record<string, ExpectedAttributeValue>> | undefined;
  readonly ConditionalOperator?: string | undefined;
  readonly AttributeUpdates?: Readonly<Record<string, AttributeValueUpdate>> | undefined;
}

interface Expressions {
  readonly ConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

/**
 * A write with expressions in the place of Expected, ConditionalOperator and AttributeUpdates (DynamoDB developer guide,
 * "Legacy conditional parameters"). The texts of the errors are those that dynalite's tests had of AWS.
 */
export function withWriteExpressions<In extends Expressions>(input: In & LegacyWrite): In {
  if (!input.Expected && !input.AttributeUpdates && input.ConditionalOperator === undefined) return input;
  const { Expected, ConditionalOperator, AttributeUpdates, ...others } = input;
  refuseBoth(input);
  if (ConditionalOperator !== undefined && !Expected)
    throw validationError("ConditionalOperator cannot be used without Filter or Expected");
  const placeholders: Placeholders = { names: {}, values: {}, count: 0 };
  const conditions = Object.entries(Expected ?? {}).map(([name, expected]) =>
    expectedText(name, expected, placeholders),
  );
  if (ConditionalOperator !== undefined && conditions.length < 2)
    throw validationError(
      "ConditionalOperator can only be used when Filter or Expected has two or more elements",
    );
  const update = updateText(AttributeUpdates ?? {}, placeholders);
  const { names, values } = placeholders;
  return {
    ...(others as unknown as In),
    ...(conditions.length > 0 && {
      ConditionExpression: conditions.join(` ${ConditionalOperator ?? "AND"} `),
    }),
    ...(update !== "" && { UpdateExpression: update }),
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

function expectedText(
  attribute: string,
  expected: ExpectedAttributeValue,
  placeholders: Placeholders,
): string {
  const { Value, Exists, ComparisonOperator, AttributeValueList } = expected;
  const fail = (reason: string) =>
    validationError(`One or more parameter values were invalid: ${reason} for Attribute: ${attribute}`);
  if (AttributeValueList && Value) throw fail("Value and AttributeValueList cannot be used together");
  if (AttributeValueList && !ComparisonOperator)
    throw fail("AttributeValueList can only be used with a ComparisonOperator");
  if (Exists !== undefined && ComparisonOperator)
    throw fail("Exists and ComparisonOperator cannot be used together");
  if (ComparisonOperator) {
    const needsNone = ["NULL", "NOT_NULL"].includes(ComparisonOperator);
    const list = AttributeValueList ?? (Value ? [Value] : []);
    if (list.length === 0 && !needsNone && !AttributeValueList)
      throw fail(`Value or AttributeValueList must be used with ComparisonOperator: ${ComparisonOperator}`);
    if (new Set(list.map(typeOf)).size > 1)
      throw validationError(
        "One or more parameter values were invalid: AttributeValues inside AttributeValueList must be of same type",
      );
    return conditionText(attribute, { ComparisonOperator, AttributeValueList: list }, placeholders);
  }
  if (Exists === false) {
    if (Value) throw fail("Value cannot be used when Exists is false");
    return conditionText(attribute, { ComparisonOperator: "NULL", AttributeValueList: [] }, placeholders);
  }
  if (!Value) throw fail(`Value must be provided when Exists is ${Exists ?? null}`);
  return conditionText(attribute, { ComparisonOperator: "EQ", AttributeValueList: [Value] }, placeholders);
}

function updateText(
  updates: Readonly<Record<string, AttributeValueUpdate>>,
  placeholders: Placeholders,
): string {
  const clauses: Record<"SET" | "REMOVE" | "ADD" | "DELETE", string[]> = {
    SET: [],
    REMOVE: [],
    ADD: [],
    DELETE: [],
  };
  for (const [attribute, { Action = "PUT", Value }] of Object.entries(updates)) {
    const name = nameFor(placeholders, attribute);
    if (!Value && Action !== "DELETE")
      throw validationError(
        "One or more parameter values were invalid: Only DELETE action is allowed when no attribute value is specified",
      );
    if (!Value) {
      clauses.REMOVE.push(name);
      continue;
    }
    const type = typeOf(Value);
    if (Action === "DELETE" && !/^[SNB]S$/.test(type)) throw actionRefused("DELETE action with value", type);
    if (Action === "ADD" && !/^([SNB]S|N|L)$/.test(type)) throw actionRefused("ADD action", type);
    const value = valueFor(placeholders, Value);
    if (Action === "PUT") clauses.SET.push(`${name} = ${value}`);
    // Only the old parameter adds to lists.
    else if (type === "L") {
      const empty = valueFor(placeholders, { L: [] });
      clauses.SET.push(`${name} = list_append(if_not_exists(${name}, ${empty}), ${value})`);
    } else clauses[Action].push(`${name} ${value}`);
  }
  return Object.entries(clauses)
    .filter(([, list]) => list.length > 0)
    .map(([clause, list]) => `${clause} ${list.join(", ")}`)
    .join(" ");
}

const actionRefused = (action: string, type: string) =>
  validationError(
    `One or more parameter values were invalid: ${action} is not supported for the type ${type}`,
  );
