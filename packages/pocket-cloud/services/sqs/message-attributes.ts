import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { invalidValue } from "./parameters";

const MAX_ATTRIBUTES = 10;

/** The user attributes of a message. Source of the first message: recorded answers of AWS. */
export function checkMessageAttributes(attributes: Readonly<Record<string, MessageAttributeValue>>): void {
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES)
    throw invalidValue(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  // SQS developer guide, "Message metadata".
  const wrong = entries.find(([name]) => !/^[\w.-]+$/.test(name));
  if (wrong)
    throw invalidValue(
      `The message attribute name '${wrong[0]}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.`,
    );
  for (const [name, { DataType = "", StringValue, BinaryValue }] of entries) {
    const type = /^(String|Number|Binary)(\..+)?$/.exec(DataType)?.[1];
    if (!type)
      throw invalidValue(
        `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
      );
    const content = type === "Binary" ? BinaryValue?.byteLength : StringValue;
    if (!content)
      throw invalidValue(
        `Message (user) attribute '${name}' must contain a non-empty value of type '${DataType}'.`,
      );
    if (type === "Number" && !Number.isFinite(Number(StringValue)))
      throw invalidValue(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}
