import type { MessageAttributeValue } from "@aws-sdk/client-sns";
import { AwsError } from "../../errors";

const MAX_NAME_BYTES = 256;

const invalid = (message: string): AwsError => new AwsError("InvalidParameterValueException", message);

/** Checks message attributes. The messages are those that AWS was recorded with. */
export function checkMessageAttributes(attributes: Readonly<Record<string, MessageAttributeValue>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    checkName(name);
    checkValue(name, value);
  }
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw invalid("Length of message attribute name must be less than 256 bytes.");
  const [wrong] = /[^\w.-]/u.exec(name) ?? [];
  if (wrong !== undefined)
    throw invalid(
      `Invalid non-alphanumeric character '#x${wrong.codePointAt(0)?.toString(16).toUpperCase()}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  if (name.startsWith("."))
    throw invalid("Invalid message attribute name starting with character '.' was found.");
  if (name.endsWith("."))
    throw invalid("Invalid message attribute name ending with character '.' was found.");
  if (name.includes("..")) throw invalid("Message attribute name can not have successive '.' character.");
}

function checkValue(name: string, { DataType = "", StringValue, BinaryValue }: MessageAttributeValue): void {
  const type = /^(String|Number|Binary)(\..+)?$/.exec(DataType)?.[1];
  if (!type)
    throw invalid(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  const [field, own, other] =
    type === "Binary"
      ? ["Binary", BinaryValue?.byteLength, StringValue]
      : ["String", StringValue, BinaryValue];
  if (own === undefined && other !== undefined)
    throw invalid(`The message attribute '${name}' with type '${DataType}' must use field '${field}'.`);
  if (!own)
    throw invalid(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
    );
  if (type === "Number" && !Number.isFinite(Number(StringValue)))
    throw invalid(`Could not cast message attribute '${name}' value to number.`);
}
