import { UsageError } from "../../kit/errors";

const patterns = {
  dynamodb: /^[A-Za-z0-9_.-]{3,255}$/,
  kinesis: /^[A-Za-z0-9_.-]{1,128}$/,
  /** A name in the environment's account and region, or an ARN. */
  sns: /^(?:arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:)?[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/,
  mongodb: /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/,
};

/** A destination as the option --to names it. */
export interface Target {
  readonly kind: keyof typeof patterns;
  readonly name: string;
}

export const targets = "dynamodb:<table>, kinesis:<stream>, sns:<topic> or mongodb:<collection>";

export function targetOf(to: string): Target {
  const [scheme = "", ...rest] = to.split(":");
  const name = rest.join(":");
  const kind = (Object.keys(patterns) as Target["kind"][]).find((each) => each === scheme);
  if (kind && patterns[kind].test(name)) return { kind, name };
  throw new UsageError(`--to takes ${targets}, not "${to}"`);
}
