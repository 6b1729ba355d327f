import type { WorkGroupConfiguration } from "@aws-sdk/client-athena";
import type { athena } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { tagging } from "./tagging";
import { byName, type Types, tagged, type, uuidFor } from "./type";

export const athenaTypes: Types = {
  "aws:athena/workgroup:Workgroup": type<athena.WorkgroupArgs>({
    nameInput: "name",
    replaceOn: ["name"],
    taggable: tagging.athena,
    describe: byName("athena", "workgroup/"),
    create: async ({ name, description, configuration, state }, { call, tags }) => {
      await call("athena", "CreateWorkGroup", {
        Name: name,
        Description: description,
        Configuration: workGroupConfiguration(configuration),
        ...tagged(tags),
      });
      if (state === "DISABLED")
        await call("athena", "UpdateWorkGroup", { WorkGroup: name, State: "DISABLED" });
    },
    update: async ({ name, description, configuration, state }, { call }) => {
      const { ResultConfiguration: results, ...rest } = workGroupConfiguration(configuration);
      await call("athena", "UpdateWorkGroup", {
        WorkGroup: name,
        Description: description,
        State: (state ?? "ENABLED") as "ENABLED",
        ConfigurationUpdates: { ...rest, ...(results && { ResultConfigurationUpdates: results }) },
      });
    },
    delete: ({ name, forceDestroy }, { call }) =>
      call("athena", "DeleteWorkGroup", {
        WorkGroup: name,
        RecursiveDeleteOption: forceDestroy ?? false,
      }),
  }),
  "aws:athena/namedQuery:NamedQuery": type<athena.NamedQueryArgs>({
    nameInput: "name",
    describe: ({ name }, _, urn) => ({ id: uuidFor(urn), outputs: { name } }),
    find: async ({ name, workgroup }, { call }) => {
      for (let NextToken: string | undefined, more = true; more; more = NextToken !== undefined) {
        const page = await call("athena", "ListNamedQueries", {
          WorkGroup: workgroup,
          MaxResults: 50,
          NextToken,
        });
        const { NamedQueryIds = [] } = page;
        if (NamedQueryIds.length === 0) return undefined;
        const { NamedQueries = [] } = await call("athena", "BatchGetNamedQuery", { NamedQueryIds });
        const found = NamedQueries.find(({ Name }) => Name === name);
        if (found?.NamedQueryId) return { id: found.NamedQueryId };
        ({ NextToken } = page);
      }
      return undefined;
    },
    create: async ({ name, database, query, description, workgroup }, { call }) => {
      const { NamedQueryId } = await call("athena", "CreateNamedQuery", {
        Name: name,
        Database: database,
        QueryString: query,
        Description: description,
        WorkGroup: workgroup,
      });
      return NamedQueryId ? { id: NamedQueryId } : undefined;
    },
    delete: (_, { call, id }) => call("athena", "DeleteNamedQuery", { NamedQueryId: id }),
  }),
  "aws:athena/preparedStatement:PreparedStatement": type<athena.PreparedStatementArgs>({
    nameInput: "name",
    replaceOn: ["name", "workgroup"],
    describe: ({ name, workgroup }) => ({ id: `${workgroup}/${name}`, outputs: { name } }),
    create: async ({ name, workgroup, queryStatement, description }, { call }) => {
      await call("athena", "CreatePreparedStatement", {
        StatementName: name,
        WorkGroup: workgroup,
        QueryStatement: queryStatement,
        Description: description,
      });
    },
    update: ({ name, workgroup, queryStatement, description }, { call }) =>
      call("athena", "UpdatePreparedStatement", {
        StatementName: name,
        WorkGroup: workgroup,
        QueryStatement: queryStatement,
        Description: description,
      }),
    delete: ({ name, workgroup }, { call }) =>
      call("athena", "DeletePreparedStatement", { StatementName: name, WorkGroup: workgroup }),
  }),
};

const workGroupConfiguration = (
  from: Unwrap<athena.WorkgroupArgs>["configuration"] = {},
): WorkGroupConfiguration => ({
  EnforceWorkGroupConfiguration: from.enforceWorkgroupConfiguration ?? true,
  PublishCloudWatchMetricsEnabled: from.publishCloudwatchMetricsEnabled ?? true,
  BytesScannedCutoffPerQuery: from.bytesScannedCutoffPerQuery,
  RequesterPaysEnabled: from.requesterPaysEnabled,
  ...(from.engineVersion && {
    EngineVersion: { SelectedEngineVersion: from.engineVersion.selectedEngineVersion },
  }),
  ...(from.resultConfiguration && {
    ResultConfiguration: {
      OutputLocation: from.resultConfiguration.outputLocation,
      ExpectedBucketOwner: from.resultConfiguration.expectedBucketOwner,
      ...(from.resultConfiguration.encryptionConfiguration && {
        EncryptionConfiguration: {
          EncryptionOption: from.resultConfiguration.encryptionConfiguration.encryptionOption as "SSE_S3",
          KmsKey: from.resultConfiguration.encryptionConfiguration.kmsKeyArn,
        },
      }),
    },
  }),
});
