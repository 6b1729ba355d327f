import type { ParameterMetadata } from "@aws-sdk/client-ssm";
import { AwsError } from "../../../errors";
import { ofName, page, type SsmOperation, shownValue } from "../operation";
import { type ParameterRecord, type ParameterStore, parseReference } from "../store";

function metadata(store: ParameterStore, record: ParameterRecord): ParameterMetadata {
  const { Value: _value, Labels: _labels, ...last } = record.versions.at(-1) ?? {};
  return { ...last, ARN: store.arn(record.name) };
}

export const describeParameters = (store: ParameterStore): SsmOperation<"DescribeParameters"> => ({
  run: (input) => {
    const filters = [
      ...(input.ParameterFilters ?? []).map(({ Key, Option = "Equals", Values = [] }) => ({
        Key,
        Option,
        Values,
      })),
      ...(input.Filters ?? []).map(({ Key, Values = [] }) => ({
        Key: Key as string,
        Option: "BeginsWith",
        Values,
      })),
    ];
    const all = store.parameters
      .values()
      .filter((record) => filters.every((filter) => passes(record, filter)));
    const { items, ...rest } = page(all, input, 10);
    return { Parameters: items.map((record) => metadata(store, record)), ...rest };
  },
});

interface Filter {
  readonly Key: string | undefined;
  readonly Option: string;
  readonly Values: readonly string[];
}

function passes(record: ParameterRecord, { Key = "", Option, Values }: Filter): boolean {
  const last = record.versions.at(-1);
  const subject: Readonly<Record<string, string | undefined>> = {
    Name: record.name,
    Type: last?.Type,
    KeyId: last?.KeyId,
    Tier: last?.Tier,
    DataType: last?.DataType,
  };
  if (Key.startsWith("tag:"))
    return Values.length === 0
      ? Key.slice(4) in record.tags
      : Values.includes(record.tags[Key.slice(4)] ?? "");
  if (Key === "Path") return Values.some((path) => record.name.startsWith(`${path.replace(/\/$/, "")}/`));
  if (!(Key in subject)) throw new AwsError("InvalidFilterKey", `The filter key ${Key} is not valid.`);
  const value = subject[Key] ?? "";
  if (Option === "BeginsWith") return Values.some((wanted) => value.startsWith(wanted));
  return Option === "Contains" ? Values.some((wanted) => value.includes(wanted)) : Values.includes(value);
}

export const getParameterHistory = (store: ParameterStore): SsmOperation<"GetParameterHistory"> => ({
  resources: ofName(store),
  run: (input) => {
    const { items, ...rest } = page(store.find(parseReference(input.Name).name).versions, input, 50);
    return {
      Parameters: items.map((version) => ({
        ...version,
        Value: shownValue(store, version, input.WithDecryption),
      })),
      ...rest,
    };
  },
});
