import type { Classifier, CreateClassifierRequest, UpdateClassifierRequest } from "@aws-sdk/client-glue";
import { unsupported } from "../../../errors";
import { alreadyExists, invalidInput, notFound } from "../errors";
import type { Make } from "../operation";
import { pageOf } from "../pages";

/** One of the kinds is set, as in the API. */
export type ClassifierRecord = Classifier;

const KINDS = ["CsvClassifier", "JsonClassifier", "GrokClassifier", "XMLClassifier"] as const;

interface Given {
  readonly kind: (typeof KINDS)[number];
  readonly value: { readonly Name: string };
}

function given(input: CreateClassifierRequest | UpdateClassifierRequest): Given {
  const found = KINDS.flatMap((kind) => {
    const value = input[kind];
    return value ? [{ kind, value: value as { readonly Name: string } }] : [];
  });
  const [one] = found;
  if (!one || found.length > 1) throw invalidInput("Exactly one of the classifier types must be specified");
  if (one.kind === "XMLClassifier") throw unsupported("XML classifiers");
  return one;
}

export const createClassifier: Make<"CreateClassifier"> = (store) => ({
  run: (input) => {
    const { kind, value } = given(input);
    if (store.classifiers.has(value.Name))
      throw alreadyExists(`Classifier with name: ${value.Name} already exists`);
    const CreationTime = store.now();
    store.classifiers.set(value.Name, {
      [kind]: { ...value, CreationTime, LastUpdated: CreationTime, Version: 1 },
    });
    return {};
  },
});

export const updateClassifier: Make<"UpdateClassifier"> = (store) => ({
  run: (input) => {
    const { kind, value } = given(input);
    const before = store.classifiers.get(value.Name)?.[kind];
    if (!before) throw missing(value.Name);
    store.classifiers.set(value.Name, {
      [kind]: { ...before, ...value, LastUpdated: store.now(), Version: (before.Version ?? 1) + 1 },
    });
    return {};
  },
});

export const getClassifier: Make<"GetClassifier"> = (store) => ({
  run: ({ Name = "" }) => {
    const found = store.classifiers.get(Name);
    if (!found) throw missing(Name);
    return { Classifier: found };
  },
});

export const getClassifiers: Make<"GetClassifiers"> = (store) => ({
  run: (input) => {
    const { page, ...next } = pageOf(store.classifiers.values(), input);
    return { Classifiers: page, ...next };
  },
});

export const deleteClassifier: Make<"DeleteClassifier"> = (store) => ({
  run: ({ Name = "" }) => {
    if (!store.classifiers.delete(Name)) throw missing(Name);
    return {};
  },
});

const missing = (name: string) => notFound(`Classifier with name: ${name} not found`);
