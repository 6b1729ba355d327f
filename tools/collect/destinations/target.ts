import { UsageError } from "../../kit/errors";

const schemes = ["kinesis", "firehose", "kafka"] as const;

/** A destination as the option --to names it. */
export type Target =
  | { readonly kind: (typeof schemes)[number]; readonly name: string }
  | { readonly kind: "stdout" };

export function targetOf(to: string): Target {
  if (to === "-") return { kind: "stdout" };
  const [, scheme, name = ""] = /^([a-z]+):([A-Za-z0-9._-]{1,249})$/.exec(to) ?? [];
  const kind = schemes.find((each) => each === scheme);
  if (kind) return { kind, name };
  throw new UsageError(
    `--to takes kinesis:<stream>, firehose:<delivery stream>, kafka:<topic> or - for stdout, not "${to}"`,
  );
}
