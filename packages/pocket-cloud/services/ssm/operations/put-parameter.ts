import type { ParameterHistory } from "@aws-sdk/client-ssm";
import { AwsError, unsupported, validationError } from "../../../errors";
import type { Input } from "../../../models";
import type { Call, Operations } from "../../../service";
import { tagsFrom } from "../../shared/tags";
import { checkKey } from "../encryption";
import { type ParameterStore, parseReference } from "../store";

const MAX_VERSIONS = 100;
const MAX_BYTES = { Standard: 4096, Advanced: 8192 } as const;

type PutInput = Input<"ssm", "PutParameter">;

export const putParameter = (store: ParameterStore): NonNullable<Operations<"ssm">["PutParameter"]> => ({
  resources: store.arnsOf,
  run: (input, call) => {
    const { name } = parseReference(input.Name);
    checkName(name);
    if (input.Policies && input.Policies !== "[]") throw unsupported("parameter policies");
    if (input.DataType && input.DataType !== "text")
      throw unsupported(`parameters of data type ${input.DataType}`);
    const existing = store.parameters.get(name);
    if (existing && !input.Overwrite)
      throw new AwsError(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
      );
    if (existing && input.Tags?.length)
      throw validationError(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag.",
      );
    const version = nextVersion(store, name, existing?.versions.at(-1), input, call);
    const versions = [...(existing?.versions ?? []), version].slice(-MAX_VERSIONS);
    store.parameters.set(name, { name, versions, tags: existing?.tags ?? tagsFrom(input.Tags) });
    return { Version: version.Version, Tier: version.Tier };
  },
});

function checkName(name: string): void {
  // A hierarchy begins at the root (Systems Manager user guide, "Working with parameter hierarchies").
  if (name.includes("/") && !name.startsWith("/"))
    throw validationError("Parameter name must be a fully qualified name.");
  if (/^\/?aws/i.test(name))
    throw new AwsError("AccessDeniedException", `No access to reserved parameter name: ${name}.`);
  if (/^\/?ssm/i.test(name) || !/^\/?[\w.-]+(\/[\w.-]+)*$/.test(name))
    throw validationError(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
}

function nextVersion(
  store: ParameterStore,
  name: string,
  last: ParameterHistory | undefined,
  input: PutInput,
  call: Call,
): ParameterHistory {
  const { Value: value = "", Type: type = last?.Type } = input;
  if (value === "")
    throw validationError(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  if (!type) throw validationError("A parameter type is required when you create a parameter.");
  const tier = checkedTier(value, input, last);
  if (input.AllowedPattern && !new RegExp(`^(?:${input.AllowedPattern})$`).test(value))
    throw new AwsError(
      "ParameterPatternMismatchException",
      `Parameter value, cannot be validated against allowedPattern: ${input.AllowedPattern}`,
    );
  const secure = type === "SecureString";
  const keyId = input.KeyId ?? last?.KeyId ?? "alias/aws/ssm";
  if (secure)
    checkKey(store, name, keyId, tier === "Standard" ? "kms:Encrypt" : "kms:GenerateDataKey", call.caller);
  const description = input.Description ?? last?.Description;
  const pattern = input.AllowedPattern ?? last?.AllowedPattern;
  return {
    Name: name,
    Type: type,
    Value: secure ? store.seal(name, value) : value,
    Version: (last?.Version ?? 0) + 1,
    LastModifiedDate: new Date(store.cloud.clock.now()),
    LastModifiedUser: call.caller.arn,
    Tier: tier,
    DataType: "text",
    Policies: [],
    ...(secure && { KeyId: keyId }),
    ...(description !== undefined && { Description: description }),
    ...(pattern !== undefined && { AllowedPattern: pattern }),
  };
}

/** A parameter never goes back from Advanced; Intelligent-Tiering chooses by size. */
function checkedTier(value: string, { Tier }: PutInput, last: ParameterHistory | undefined) {
  const size = Buffer.byteLength(value);
  const advanced =
    Tier === "Advanced" ||
    last?.Tier === "Advanced" ||
    (Tier === "Intelligent-Tiering" && size > MAX_BYTES.Standard);
  const tier = advanced ? "Advanced" : "Standard";
  if (size > MAX_BYTES[tier])
    throw validationError(
      `${tier} tier parameters support a maximum parameter value of ${MAX_BYTES[tier]} characters.${advanced ? "" : " To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"}`,
    );
  return tier;
}
