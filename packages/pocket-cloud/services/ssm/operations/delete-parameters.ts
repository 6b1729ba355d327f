import { ofName, type SsmOperation } from "../operation";
import { type ParameterStore, parseReference } from "../store";

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
