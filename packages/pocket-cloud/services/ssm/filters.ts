import type { ParameterStringFilter } from "@aws-sdk/client-ssm";
import { AwsError, validationError } from "../../errors";

/** Keys with their options, the first of which counts when none is given, and with their values where they are few. */
const KEYS: Readonly<
  Record<string, { readonly options: readonly string[]; readonly values?: readonly string[] }>
> = {
  Path: { options: ["OneLevel", "Recursive"] },
  Name: { options: ["Equals", "BeginsWith", "Contains"] },
  Type: { options: ["Equals", "BeginsWith"], values: ["String", "StringList", "SecureString"] },
  KeyId: { options: ["Equals", "BeginsWith"] },
  Tier: { options: ["Equals", "BeginsWith"], values: ["Standard", "Advanced", "Intelligent-Tiering"] },
  DataType: { options: ["Equals", "BeginsWith"] },
};

const refuse = (code: string, message: string): AwsError => new AwsError(code, message);

export const pathRefused = (): AwsError =>
  validationError(
    'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
  );

export const defaultOption = (key: string): string => KEYS[key]?.options[0] ?? "Equals";

/** Checks the filters of DescribeParameters. The texts are those of moto's tests, whose authors compared them with AWS. */
export function checkFilters(filters: readonly ParameterStringFilter[]): void {
  const seen = new Set<string>();
  for (const filter of filters) {
    const { Key: key = "" } = filter;
    if (!key.startsWith("tag:")) checkFilter(filter);
    if (seen.has(key))
      throw refuse(
        "InvalidFilterKey",
        `The following filter is duplicated in the request: ${key}. A request can contain only one occurrence of a specific filter.`,
      );
    seen.add(key);
  }
}

function checkFilter({ Key: key = "", Option: option, Values: values = [] }: ParameterStringFilter): void {
  const allowed = KEYS[key];
  if (!allowed)
    throw refuse(
      "InvalidFilterKey",
      `The following filter key is not valid: ${key}. Valid filter keys include: [Path, Name, Type, KeyId, Tier]`,
    );
  if (values.length === 0)
    throw refuse(
      "InvalidFilterValue",
      `The following filter values are missing : null for filter key ${key}`,
    );
  if (option !== undefined && !allowed.options.includes(option))
    throw refuse(
      "InvalidFilterOption",
      `The following filter option is not valid: ${option}. Valid options include: ${key === "Path" ? "[Recursive, OneLevel]" : "[BeginsWith, Equals]."}`,
    );
  if (key === "Path") for (const value of values) checkPath(value);
  const wrong = values.find((value) => allowed.values && !allowed.values.includes(value));
  if (wrong !== undefined)
    throw refuse(
      "InvalidFilterValue",
      `The following filter value is not valid: ${wrong}. Valid values include: [${allowed.values?.join(", ")}]`,
    );
}

function checkPath(path: string): void {
  if (/^\/?(aws|ssm)/i.test(path))
    throw validationError(
      'Filters for common parameters can\'t be prefixed with "aws" or "ssm" (case-insensitive). When using global parameters, please specify within a global namespace.',
    );
  if (path !== "/" && !/^(\/[\w.-]+)+\/?$/.test(path)) throw pathRefused();
}
