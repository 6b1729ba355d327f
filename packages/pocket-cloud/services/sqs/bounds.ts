import { AwsError } from "../../errors";

interface Bounds {
  readonly least: number;
  readonly most: number;
  /** How SQS words them; it has no common form. */
  readonly reason: string;
}

const bounds = {
  DelaySeconds: { least: 0, most: 900, reason: "DelaySeconds must be >= 0 and <= 900." },
  MaxNumberOfMessages: { least: 1, most: 10, reason: "Must be between 1 and 10, if provided." },
  VisibilityTimeout: { least: 0, most: 43_200, reason: "Must be >= 0 and <= 43200, if provided." },
  WaitTimeSeconds: { least: 0, most: 20, reason: "Must be >= 0 and <= 20, if provided." },
} as const satisfies Readonly<Record<string, Bounds>>;

/** The value of a parameter that is given; throws outside its bounds. */
export function inBounds(name: keyof typeof bounds, value: number | undefined): number | undefined {
  const { least, most, reason } = bounds[name];
  if (value !== undefined && (value < least || value > most))
    throw new AwsError(
      "InvalidParameterValue",
      `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`,
    );
  return value;
}
