import type {
  ResultConfiguration,
  ResultConfigurationUpdates,
  WorkGroupConfiguration,
  WorkGroupConfigurationUpdates,
} from "@aws-sdk/client-athena";
import { invalidRequest } from "../errors";
import { type Make, PRIMARY } from "../operation";
import { pageOf } from "../pages";
import { type AthenaStore, ENGINE_VERSION } from "../store";

const named = (store: AthenaStore) => ({
  resources: (input: { readonly WorkGroup?: string | undefined; readonly Name?: string | undefined }) => [
    store.workGroupArn(input.WorkGroup ?? input.Name ?? PRIMARY),
  ],
});

export const createWorkGroup: Make<"CreateWorkGroup"> = (store) => ({
  ...named(store),
  run: (input) => {
    const name = input.Name ?? "";
    if (store.workGroups.has(name)) throw invalidRequest("WorkGroup is already created");
    store.workGroups.set(name, {
      workGroup: {
        Name: name,
        State: "ENABLED",
        CreationTime: new Date(store.cloud.clock.now()),
        ...(input.Description !== undefined && { Description: input.Description }),
        Configuration: {
          EnforceWorkGroupConfiguration: true,
          PublishCloudWatchMetricsEnabled: false,
          RequesterPaysEnabled: false,
          ...input.Configuration,
          EngineVersion: {
            ...ENGINE_VERSION,
            ...input.Configuration?.EngineVersion,
            EffectiveEngineVersion: ENGINE_VERSION.EffectiveEngineVersion,
          },
        },
      },
      tags: Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""])),
    });
    store.warm();
    return {};
  },
});

export const getWorkGroup: Make<"GetWorkGroup"> = (store) => ({
  ...named(store),
  run: (input) => ({ WorkGroup: store.workGroup(input.WorkGroup ?? "").workGroup }),
});

export const updateWorkGroup: Make<"UpdateWorkGroup"> = (store) => ({
  ...named(store),
  run: (input) => {
    store.workGroup(input.WorkGroup ?? "");
    store.workGroups.update(input.WorkGroup ?? "", ({ workGroup }) => {
      if (input.State !== undefined) workGroup.State = input.State;
      if (input.Description !== undefined) workGroup.Description = input.Description;
      if (input.ConfigurationUpdates)
        workGroup.Configuration = updated(workGroup.Configuration ?? {}, input.ConfigurationUpdates);
    });
    return {};
  },
});

function updated(
  configuration: WorkGroupConfiguration,
  updates: WorkGroupConfigurationUpdates,
): WorkGroupConfiguration {
  const {
    ResultConfigurationUpdates: results,
    ManagedQueryResultsConfigurationUpdates: _managed,
    RemoveBytesScannedCutoffPerQuery: removeCutoff,
    RemoveCustomerContentEncryptionConfiguration: removeEncryption,
    EngineVersion: version,
    ...plain
  } = updates;
  const next: WorkGroupConfiguration = { ...configuration, ...plain };
  if (removeCutoff) delete next.BytesScannedCutoffPerQuery;
  if (removeEncryption) delete next.CustomerContentEncryptionConfiguration;
  if (results) next.ResultConfiguration = updatedResults(configuration.ResultConfiguration ?? {}, results);
  if (version?.SelectedEngineVersion)
    next.EngineVersion = { ...ENGINE_VERSION, SelectedEngineVersion: version.SelectedEngineVersion };
  return next;
}

function updatedResults(
  configuration: ResultConfiguration,
  updates: ResultConfigurationUpdates,
): ResultConfiguration {
  const {
    RemoveOutputLocation,
    RemoveEncryptionConfiguration,
    RemoveExpectedBucketOwner,
    RemoveAclConfiguration,
    ...plain
  } = updates;
  const next: ResultConfiguration = { ...configuration, ...plain };
  if (RemoveOutputLocation) delete next.OutputLocation;
  if (RemoveEncryptionConfiguration) delete next.EncryptionConfiguration;
  if (RemoveExpectedBucketOwner) delete next.ExpectedBucketOwner;
  if (RemoveAclConfiguration) delete next.AclConfiguration;
  return next;
}

export const deleteWorkGroup: Make<"DeleteWorkGroup"> = (store) => ({
  ...named(store),
  run: (input) => {
    const name = input.WorkGroup ?? "";
    store.workGroup(name);
    if (name === PRIMARY) throw invalidRequest("The primary workgroup cannot be deleted");
    const named = store.namedQueries.values().filter((query) => query.workGroup === name);
    const prepared = store.prepared.values().filter((statement) => statement.workGroup === name);
    const history = store.executions.inWorkGroup(name);
    if (!input.RecursiveDeleteOption && named.length + prepared.length + history.length > 0)
      throw invalidRequest(`WorkGroup ${name} is not empty`);
    for (const query of named) store.namedQueries.delete(query.id);
    for (const statement of prepared) store.prepared.delete(`${name}/${statement.name}`);
    for (const execution of history) store.executions.delete(execution);
    store.workGroups.delete(name);
    return {};
  },
});

export const listWorkGroups: Make<"ListWorkGroups"> = (store) => ({
  run: (input) => {
    const { page, next } = pageOf(store.workGroups.values(), input.NextToken, input.MaxResults ?? 50);
    return {
      WorkGroups: page.map(({ workGroup }) => ({
        Name: workGroup.Name,
        State: workGroup.State,
        CreationTime: workGroup.CreationTime,
        EngineVersion: workGroup.Configuration?.EngineVersion,
        Description: workGroup.Description ?? "",
      })),
      ...(next && { NextToken: next }),
    };
  },
});

export const listEngineVersions: Make<"ListEngineVersions"> = () => ({
  run: () => ({
    EngineVersions: [
      ENGINE_VERSION,
      { ...ENGINE_VERSION, SelectedEngineVersion: ENGINE_VERSION.EffectiveEngineVersion },
    ],
  }),
});
