import type { Parameter } from "@aws-sdk/client-ssm";
import { AwsError, unsupported } from "../../../errors";
import { ofName, page, type SsmOperation, shownValue } from "../operation";
import { type ParameterStore, parseReference } from "../store";

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
