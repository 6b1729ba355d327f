import type { CreateClassifierRequest, UpdateClassifierRequest } from "@aws-sdk/client-glue";
import { unsupported } from "../../../errors";
import { alreadyExists, invalidInput, notFound } from "../errors";
import { type Make, pageOf } from "../operation";

const KINDS = ["CsvClassifier", "JsonClassifier", "GrokClassifier", "XMLClassifier"] as const;

/** The one kind of classifier that a request defines. */
function definitionIn(input: CreateClassifierRequest | UpdateClassifierRequest) {
  const [kind, ...others] = KINDS.filter((name) => input[name] !== undefined);
  const value = kind && input[kind];
  if (!value || others.length > 0)
    throw invalidInput("Exactly one of the classifier types must be specified");
  if (kind === "XMLClassifier") throw unsupported("XML classifiers");
  return { kind, value, name: value.Name ?? "" };
}

export const CreateClassifier: Make<"CreateClassifier"> = (store) => ({
  run: (input) => {
    const { kind, value, name } = definitionIn(input);
    if (store.classifiers.has(name)) throw alreadyExists(`Classifier with name: ${name} already exists`);
    const CreationTime = store.now();
    store.classifiers.set(name, {
      [kind]: { ...value, CreationTime, LastUpdated: CreationTime, Version: 1 },
    });
    return {};
  },
});

export const UpdateClassifier: Make<"UpdateClassifier"> = (store) => ({
  run: (input) => {
    const { kind, value, name } = definitionIn(input);
    const before = store.classifiers.get(name)?.[kind];
    if (!before) throw missing(name);
    store.classifiers.set(name, {
      [kind]: { ...before, ...value, LastUpdated: store.now(), Version: (before.Version ?? 1) + 1 },
    });
    return {};
  },
});

export const GetClassifier: Make<"GetClassifier"> = (store) => ({
  run: ({ Name = "" }) => {
    const found = store.classifiers.get(Name);
    if (!found) throw missing(Name);
    return { Classifier: found };
  },
});

export const GetClassifiers: Make<"GetClassifiers"> = (store) => ({
  run: (input) => {
    const { page, ...next } = pageOf(store.classifiers.values(), input);
    return { Classifiers: page, ...next };
  },
});

export const DeleteClassifier: Make<"DeleteClassifier"> = (store) => ({
  run: ({ Name = "" }) => {
    if (!store.classifiers.delete(Name)) throw missing(Name);
    return {};
  },
});

const missing = (name: string) => notFound(`Classifier with name: ${name} not found`);
