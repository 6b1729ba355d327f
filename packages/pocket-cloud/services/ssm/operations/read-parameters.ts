import type { Parameter, ParameterHistory } from "@aws-sdk/client-ssm";
import { AwsError, unsupported, validationError } from "../../../errors";
import type { Call, Operations } from "../../../service";
import { pageOf } from "../../shared/paging";
import { checkKey } from "../encryption";
import { checkFilters, defaultOption, pathRefused } from "../filters";
import { type ParameterRecord, type ParameterStore, parseReference } from "../store";

export function readOperations(store: ParameterStore) {
  return {
    GetParameter: {
      resources: store.arnsOf,
      run: async ({ Name = "", WithDecryption }, call) => ({
        Parameter: Name.startsWith(SECRET_REFERENCE)
          ? await readSecret(Name, WithDecryption, call)
          : read(Name, WithDecryption, call),
      }),
    },
    GetParameters: {
      resources: ({ Names = [] }) => Names.map((name) => store.arn(parseReference(name).name)),
      run: ({ Names = [], WithDecryption }, call) => {
        const Parameters: Parameter[] = [];
        const InvalidParameters: string[] = [];
        for (const name of Names)
          try {
            Parameters.push(read(name, WithDecryption, call));
          } catch (error) {
            if (!(error instanceof AwsError) || error.code === "AccessDeniedException") throw error;
            InvalidParameters.push(name);
          }
        return { Parameters, InvalidParameters };
      },
    },
    GetParametersByPath: {
      resources: ({ Path = "" }) => [store.arn(Path)],
      run: ({ Path = "", ParameterFilters, Recursive, WithDecryption, NextToken, MaxResults = 10 }, call) => {
        if (ParameterFilters?.length) throw unsupported("filters of GetParametersByPath");
        if (!Path.startsWith("/")) throw pathRefused();
        const path = `${Path.replace(/\/$/, "")}/`;
        const names = store.parameters
          .keys()
          .filter((name) => name.startsWith(path) && (Recursive || !name.slice(path.length).includes("/")));
        const { items, next } = pageOf(names, NextToken, MaxResults);
        return { Parameters: items.map((name) => read(name, WithDecryption, call)), ...next };
      },
    },
    GetParameterHistory: {
      resources: store.arnsOf,
      run: ({ Name, WithDecryption, NextToken, MaxResults = 50 }, call) => {
        const { versions } = store.find(parseReference(Name).name);
        const { items, next } = pageOf(versions, NextToken, MaxResults);
        return {
          Parameters: items.map((version) => ({ ...version, Value: value(version, WithDecryption, call) })),
          ...next,
        };
      },
    },
    DescribeParameters: {
      run: ({ ParameterFilters = [], Filters = [], NextToken, MaxResults = 10 }) => {
        if (ParameterFilters.length > 0 && Filters.length > 0)
          throw validationError("You can use either Filters or ParameterFilters in a single request.");
        checkFilters(ParameterFilters);
        const filters: Filter[] = [
          ...ParameterFilters.map(({ Key = "", Option = defaultOption(Key), Values = [] }) => ({
            Key,
            Option,
            Values,
          })),
          ...Filters.map(({ Key = "", Values = [] }) => ({ Key, Option: "BeginsWith", Values })),
        ];
        const found = store.parameters
          .values()
          .filter((record) => filters.every((filter) => matches(record, filter)));
        const { items, next } = pageOf(found, NextToken, MaxResults);
        return { Parameters: items.map(metadata), ...next };
      },
    },
  } satisfies Operations<"ssm">;

  function value(version: ParameterHistory, decrypt: boolean | undefined, { caller }: Call): string {
    if (decrypt && version.Type === "SecureString")
      checkKey(store, version.Name ?? "", version.KeyId, "kms:Decrypt", caller);
    return store.valueOf(version, decrypt);
  }

  function read(reference: string, decrypt: boolean | undefined, call: Call): Parameter {
    const { name, selector } = parseReference(reference);
    const { versions } = store.find(name);
    const found =
      selector === undefined
        ? versions.at(-1)
        : versions.find(({ Version, Labels }) => String(Version) === selector || Labels?.includes(selector));
    if (!found)
      throw new AwsError(
        "ParameterVersionNotFound",
        `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`,
      );
    return {
      Name: name,
      Type: found.Type,
      Value: value(found, decrypt, call),
      Version: found.Version,
      LastModifiedDate: found.LastModifiedDate,
      ARN: store.arn(name),
      DataType: found.DataType,
      ...(selector !== undefined && { Selector: `:${selector}` }),
    };
  }

  async function readSecret(
    Name: string,
    decrypt: boolean | undefined,
    { caller }: Call,
  ): Promise<Parameter> {
    if (!decrypt)
      throw new AwsError(
        "ValidationException",
        "WithDecryption flag must be True for retrieving a Secret Manager secret.",
      );
    const SecretId = Name.slice(SECRET_REFERENCE.length);
    const secret = await store.cloud.call("secretsmanager", "GetSecretValue", { SecretId }, caller);
    return {
      Name,
      Type: "SecureString",
      ...(secret.SecretString !== undefined && { Value: secret.SecretString }),
      Version: 0,
      SourceResult: JSON.stringify(secret),
      ...(secret.CreatedDate && { LastModifiedDate: secret.CreatedDate }),
      ...(secret.ARN !== undefined && { ARN: secret.ARN }),
    };
  }

  function metadata({ name, versions }: ParameterRecord) {
    const { Value: _value, Labels: _labels, ...last } = versions.at(-1) ?? {};
    return { ...last, ARN: store.arn(name) };
  }
}

/**
 * Names below this path are secrets of Secrets Manager, read with the caller's own permissions.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
 */
const SECRET_REFERENCE = "/aws/reference/secretsmanager/";

interface Filter {
  readonly Key: string;
  readonly Option: string;
  readonly Values: readonly string[];
}

function matches({ name, tags, versions }: ParameterRecord, { Key, Option, Values }: Filter): boolean {
  if (Key.startsWith("tag:")) {
    const tag = Key.slice("tag:".length);
    return Values.length === 0 ? tag in tags : Values.includes(tags[tag] ?? "");
  }
  if (Key === "Path")
    return Values.map((path) => `${path.replace(/\/$/, "")}/`).some(
      (path) => name.startsWith(path) && (Option !== "OneLevel" || !name.slice(path.length).includes("/")),
    );
  const last = versions.at(-1);
  const fields: Readonly<Record<string, string | undefined>> = {
    Name: name,
    Type: last?.Type,
    KeyId: last?.KeyId,
    Tier: last?.Tier,
    DataType: last?.DataType,
  };
  if (!(Key in fields)) throw new AwsError("InvalidFilterKey", `The filter key ${Key} is not valid.`);
  const field = fields[Key] ?? "";
  if (Option === "BeginsWith") return Values.some((value) => field.startsWith(value));
  return Option === "Contains" ? Values.some((value) => field.includes(value)) : Values.includes(field);
}
