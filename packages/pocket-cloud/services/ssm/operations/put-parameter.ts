import type { ParameterHistory } from "@aws-sdk/client-ssm";
import { AwsError, unsupported, validationError } from "../../../errors";
import type { Input } from "../../../models";
import type { Call } from "../../../service";
import { ofName, type SsmOperation } from "../operation";
import { KEPT_VERSIONS, type ParameterRecord, type ParameterStore, parseReference } from "../store";

const STANDARD_SIZE = 4096;
const ADVANCED_SIZE = 8192;

export const putParameter = (store: ParameterStore): SsmOperation<"PutParameter"> => ({
  rules: {
    Name: { length: [1, 2048] },
    Type: { oneOf: ["String", "StringList", "SecureString"] },
    Tier: { oneOf: ["Standard", "Advanced", "Intelligent-Tiering"] },
  },
  resources: ofName(store),
  run: (input, call) => {
    const { name } = parseReference(input.Name);
    if (/^\/?aws/i.test(name))
      throw new AwsError("AccessDeniedException", `No access to reserved parameter name: ${name}.`);
    if (/^\/?ssm/i.test(name) || !/^\/?[\w.-]+(\/[\w.-]+)*$/.test(name))
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
