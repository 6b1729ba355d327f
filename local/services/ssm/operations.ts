import type { Parameter, ParameterHistory, ParameterMetadata } from "@aws-sdk/client-ssm";
import { AwsError, unsupported, validationError } from "../../errors";
import type { Input, OperationName, Output } from "../../models";
import type { Call, Operation } from "../../service";
import { KEPT_VERSIONS, type ParameterRecord, type ParameterStore, parseReference } from "./store";

type SsmOperation<O extends OperationName<"ssm">> = Operation<Input<"ssm", O>, Output<"ssm", O>>;

const STANDARD_SIZE = 4096;
const ADVANCED_SIZE = 8192;

const ofName = (store: ParameterStore) => (input: { Name?: string | undefined }) => [
  store.arn(parseReference(input.Name).name),
];

export const putParameter = (store: ParameterStore): SsmOperation<"PutParameter"> => ({
  rules: {
    Name: { length: [1, 2048] },
    Type: { oneOf: ["String", "StringList", "SecureString"] },
    Tier: { oneOf: ["Standard", "Advanced", "Intelligent-Tiering"] },
  },
  resources: ofName(store),
  run: (input, call) => {
    const { name } = parseReference(input.Name);
    if (!/^\/?[\w.-]+(\/[\w.-]+)*$/.test(name))
      throw validationError(
        'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
      );
    if (input.Policies && input.Policies !== "[]") throw unsupported("parameter policies");
    if (input.DataType && input.DataType !== "text")
      throw unsupported(`parameters of data type ${input.DataType}`);
    const before = store.parameters.get(name);
    if (before && !input.Overwrite)
      throw new AwsError(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
      );
    if (before && input.Tags?.length)
      throw validationError(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag.",
      );
    const version = nextVersion(store, name, before, input, call);
    const tags = Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
    const versions = [...(before?.versions ?? []), version].slice(-KEPT_VERSIONS);
    store.parameters.set(name, { name, versions, tags: before?.tags ?? tags });
    return { Version: version.Version, Tier: version.Tier };
  },
});

function nextVersion(
  store: ParameterStore,
  name: string,
  before: ParameterRecord | undefined,
  input: Input<"ssm", "PutParameter">,
  call: Call,
): ParameterHistory {
  const last = before?.versions.at(-1);
  const type = input.Type ?? last?.Type;
  if (!type) throw validationError("A parameter type is required when you create a parameter.");
  const value = input.Value ?? "";
  const size = Buffer.byteLength(value);
  const tier =
    input.Tier === "Advanced" ||
    last?.Tier === "Advanced" ||
    (input.Tier === "Intelligent-Tiering" && size > STANDARD_SIZE)
      ? "Advanced"
      : "Standard";
  const limit = tier === "Advanced" ? ADVANCED_SIZE : STANDARD_SIZE;
  if (size > limit)
    throw validationError(
      `${tier} tier parameters support a maximum parameter value of ${limit} characters.${tier === "Standard" ? " To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html" : ""}`,
    );
  if (input.AllowedPattern && !new RegExp(`^(?:${input.AllowedPattern})$`).test(value))
    throw new AwsError(
      "ParameterPatternMismatchException",
      `Parameter value, cannot be validated against allowedPattern: ${input.AllowedPattern}`,
    );
  return {
    Name: name,
    Type: type,
    Value: type === "SecureString" ? store.seal(name, value) : value,
    Version: (last?.Version ?? 0) + 1,
    LastModifiedDate: new Date(store.cloud.clock.now()),
    LastModifiedUser: call.caller.arn,
    Tier: tier,
    DataType: "text",
    Policies: [],
    ...(type === "SecureString" && { KeyId: input.KeyId ?? last?.KeyId ?? "alias/aws/ssm" }),
    ...((input.Description ?? last?.Description) !== undefined && {
      Description: input.Description ?? last?.Description,
    }),
    ...((input.AllowedPattern ?? last?.AllowedPattern) !== undefined && {
      AllowedPattern: input.AllowedPattern ?? last?.AllowedPattern,
    }),
  };
}

/** A SecureString asked for without decryption shows its ciphertext. */
const shownValue = (
  store: ParameterStore,
  version: ParameterHistory,
  decrypt: boolean | undefined,
): string =>
  version.Type === "SecureString" && decrypt
    ? store.unseal(version.Name ?? "", version.Value ?? "")
    : (version.Value ?? "");

function read(store: ParameterStore, reference: string, decrypt: boolean | undefined): Parameter {
  const { name, version, selector } = parseReference(reference);
  const { versions } = store.find(name);
  const found =
    selector === undefined
      ? versions.at(-1)
      : versions.find((one) =>
          version === undefined ? one.Labels?.includes(selector.slice(1)) : one.Version === version,
        );
  if (!found)
    throw new AwsError(
      "ParameterVersionNotFound",
      `Systems Manager could not find version ${selector?.slice(1)} of ${name}. Verify the version and try again.`,
    );
  return {
    Name: name,
    Type: found.Type,
    Value: shownValue(store, found, decrypt),
    Version: found.Version,
    LastModifiedDate: found.LastModifiedDate,
    ARN: store.arn(name),
    DataType: found.DataType,
    ...(selector !== undefined && { Selector: selector }),
  };
}

export const getParameter = (store: ParameterStore): SsmOperation<"GetParameter"> => ({
  resources: ofName(store),
  run: (input) => ({ Parameter: read(store, input.Name ?? "", input.WithDecryption) }),
});

export const getParameters = (store: ParameterStore): SsmOperation<"GetParameters"> => ({
  rules: { Names: { length: [1, 10] } },
  resources: (input) => (input.Names ?? []).map((name) => store.arn(parseReference(name).name)),
  run: (input) => {
    const Parameters: Parameter[] = [];
    const InvalidParameters: string[] = [];
    for (const name of input.Names ?? [])
      try {
        Parameters.push(read(store, name, input.WithDecryption));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        InvalidParameters.push(name);
      }
    return { Parameters, InvalidParameters };
  },
});

function page<T>(
  all: readonly T[],
  input: { NextToken?: string | undefined; MaxResults?: number | undefined },
  size: number,
) {
  const from = Number(input.NextToken ?? 0);
  const until = from + (input.MaxResults ?? size);
  return { items: all.slice(from, until), ...(until < all.length && { NextToken: String(until) }) };
}

export const getParametersByPath = (store: ParameterStore): SsmOperation<"GetParametersByPath"> => ({
  rules: { MaxResults: { range: [1, 10] } },
  resources: (input) => [store.arn(input.Path ?? "")],
  run: (input) => {
    if (input.ParameterFilters?.length) throw unsupported("filters of GetParametersByPath");
    const path = `${(input.Path ?? "").replace(/\/$/, "")}/`;
    const names = store.parameters
      .keys()
      .filter((name) => name.startsWith(path) && (input.Recursive || !name.slice(path.length).includes("/")));
    const { items, ...rest } = page(names, input, 10);
    return { Parameters: items.map((name) => read(store, name, input.WithDecryption)), ...rest };
  },
});

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

export const deleteParameter = (store: ParameterStore): SsmOperation<"DeleteParameter"> => ({
  resources: ofName(store),
  run: (input) => {
    const { name } = parseReference(input.Name);
    store.find(name);
    store.parameters.delete(name);
    return {};
  },
});

export const deleteParameters = (store: ParameterStore): SsmOperation<"DeleteParameters"> => ({
  resources: (input) => (input.Names ?? []).map((name) => store.arn(name)),
  run: (input) => {
    const names = input.Names ?? [];
    const DeletedParameters = names.filter((name) => store.parameters.delete(name));
    return {
      DeletedParameters,
      InvalidParameters: names.filter((name) => !DeletedParameters.includes(name)),
    };
  },
});

function tagged(store: ParameterStore, type: string | undefined, id: string | undefined): ParameterRecord {
  if (type !== "Parameter") throw unsupported(`tags of ${type}`);
  const record = store.parameters.get(id ?? "");
  if (!record) throw new AwsError("InvalidResourceId", "");
  return record;
}

const ofResource = (store: ParameterStore) => (input: { ResourceId?: string | undefined }) => [
  store.arn(input.ResourceId ?? ""),
];

export const addTagsToResource = (store: ParameterStore): SsmOperation<"AddTagsToResource"> => ({
  resources: ofResource(store),
  run: (input) => {
    const record = tagged(store, input.ResourceType, input.ResourceId);
    for (const { Key = "", Value = "" } of input.Tags ?? []) record.tags[Key] = Value;
    store.parameters.set(record.name, record);
    return {};
  },
});

export const removeTagsFromResource = (store: ParameterStore): SsmOperation<"RemoveTagsFromResource"> => ({
  resources: ofResource(store),
  run: (input) => {
    const record = tagged(store, input.ResourceType, input.ResourceId);
    for (const key of input.TagKeys ?? []) delete record.tags[key];
    store.parameters.set(record.name, record);
    return {};
  },
});

export const listTagsForResource = (store: ParameterStore): SsmOperation<"ListTagsForResource"> => ({
  resources: ofResource(store),
  run: (input) => ({
    TagList: Object.entries(tagged(store, input.ResourceType, input.ResourceId).tags).map(([Key, Value]) => ({
      Key,
      Value,
    })),
  }),
});
