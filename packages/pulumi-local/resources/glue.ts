import type {
  CloudWatchEncryptionMode,
  CrawlerTargets,
  CreateClassifierRequest,
  TableInput,
  UpdateCrawlerRequest,
} from "@aws-sdk/client-glue";
import type { glue } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { tagging } from "./tagging";
import { arn, byName, type Context, pascal, type Types, type } from "./type";

export const glueTypes: Types = {
  "aws:glue/catalogDatabase:CatalogDatabase": type<glue.CatalogDatabaseArgs>({
    nameInput: "name",
    replaceOn: ["name", "catalogId"],
    holdsData: true,
    taggable: tagging.glue,
    describe: ({ name = "", catalogId }, location) => ({
      id: `${catalogId ?? location.account}:${name}`,
      outputs: {
        name,
        catalogId: catalogId ?? location.account,
        arn: arn(location, "glue", `database/${name}`),
      },
    }),
    create: async (inputs, { call, tags }) => {
      await call("glue", "CreateDatabase", { DatabaseInput: database(inputs), Tags: { ...tags } });
    },
    update: (inputs, { call }) =>
      call("glue", "UpdateDatabase", { Name: inputs.name, DatabaseInput: database(inputs) }),
    delete: ({ name }, { call }) => call("glue", "DeleteDatabase", { Name: name }),
  }),
  "aws:glue/catalogTable:CatalogTable": type<glue.CatalogTableArgs>({
    nameInput: "name",
    replaceOn: ["name", "databaseName", "catalogId"],
    describe: ({ name = "", databaseName, catalogId }, location) => ({
      id: `${catalogId ?? location.account}:${databaseName}:${name}`,
      outputs: {
        name,
        catalogId: catalogId ?? location.account,
        arn: arn(location, "glue", `table/${databaseName}/${name}`),
      },
    }),
    create: async (inputs, { call }) => {
      await call("glue", "CreateTable", { DatabaseName: inputs.databaseName, TableInput: table(inputs) });
    },
    update: (inputs, { call }) =>
      call("glue", "UpdateTable", { DatabaseName: inputs.databaseName, TableInput: table(inputs) }),
    delete: ({ name, databaseName }, { call }) =>
      call("glue", "DeleteTable", { DatabaseName: databaseName, Name: name }),
  }),
  "aws:glue/classifier:Classifier": type<glue.ClassifierArgs>({
    nameInput: "name",
    replaceOn: ["name"],
    describe: ({ name = "" }) => ({ id: name, outputs: { name } }),
    create: async (inputs, { call }) => {
      await call("glue", "CreateClassifier", classifier(inputs));
    },
    update: (inputs, { call }) => call("glue", "UpdateClassifier", classifier(inputs) as never),
    delete: ({ name }, { call }) => call("glue", "DeleteClassifier", { Name: name }),
  }),
  "aws:glue/crawler:Crawler": type<glue.CrawlerArgs>({
    nameInput: "name",
    replaceOn: ["name"],
    taggable: tagging.glue,
    describe: byName("glue", "crawler/"),
    create: createCrawler,
    update: async (inputs, { old, ...context }) => {
      // UpdateCrawler keeps what the request leaves out. A crawler has no data of its own.
      const removed = Object.keys(old).some((key) => key !== "tags" && !(key in inputs));
      if (!removed) return context.call("glue", "UpdateCrawler", crawler(inputs));
      await context.call("glue", "DeleteCrawler", { Name: inputs.name });
      return createCrawler(inputs, context);
    },
    delete: ({ name }, { call }) => call("glue", "DeleteCrawler", { Name: name }),
  }),
  "aws:glue/securityConfiguration:SecurityConfiguration": type<glue.SecurityConfigurationArgs>({
    nameInput: "name",
    replaceOn: ["name", "encryptionConfiguration"],
    describe: ({ name = "" }) => ({ id: name, outputs: { name } }),
    create: async ({ name, encryptionConfiguration: by }, { call }) => {
      await call("glue", "CreateSecurityConfiguration", {
        Name: name,
        EncryptionConfiguration: {
          CloudWatchEncryption: {
            CloudWatchEncryptionMode: by.cloudwatchEncryption
              .cloudwatchEncryptionMode as CloudWatchEncryptionMode,
            KmsKeyArn: by.cloudwatchEncryption.kmsKeyArn,
          },
          JobBookmarksEncryption: pascal(by.jobBookmarksEncryption) as object,
          S3Encryption: [pascal(by.s3Encryption) as object],
        },
      });
    },
    delete: ({ name }, { call }) => call("glue", "DeleteSecurityConfiguration", { Name: name }),
  }),
};

const database = ({ name, description, locationUri, parameters }: Unwrap<glue.CatalogDatabaseArgs>) => ({
  Name: name,
  Description: description,
  LocationUri: locationUri,
  Parameters: parameters,
});

/** As the provider sends it: a table without a type is EXTERNAL_TABLE only when the program says so. */
function table({ storageDescriptor: storage, ...inputs }: Unwrap<glue.CatalogTableArgs>): TableInput {
  const { serDeInfo, columns, ...rest } = storage ?? {};
  return {
    Name: inputs.name,
    Description: inputs.description,
    Owner: inputs.owner,
    Retention: inputs.retention,
    TableType: inputs.tableType,
    Parameters: inputs.parameters ?? {},
    PartitionKeys: (inputs.partitionKeys ?? []).map((key) => pascal(key) as { Name: string }),
    ViewOriginalText: inputs.viewOriginalText,
    ViewExpandedText: inputs.viewExpandedText,
    StorageDescriptor: {
      ...(withoutMapsIn(rest) as object),
      Columns: (columns ?? []).map(({ parameters, ...column }) => ({
        ...(pascal(column) as { Name: string }),
        ...(parameters && { Parameters: parameters }),
      })),
      ...(serDeInfo && {
        SerdeInfo: {
          Name: serDeInfo.name,
          SerializationLibrary: serDeInfo.serializationLibrary,
          Parameters: serDeInfo.parameters ?? {},
        },
      }),
    },
  };
}

/** Keys of a Parameters map are data, not members. */
function withoutMapsIn({ parameters, ...rest }: { parameters?: Record<string, string> | undefined }): object {
  return { ...(pascal(rest) as object), ...(parameters && { Parameters: parameters }) };
}

const classifier = (inputs: Unwrap<glue.ClassifierArgs>): CreateClassifierRequest => ({
  ...(inputs.csvClassifier && {
    CsvClassifier: { Name: inputs.name ?? "", ...(pascal(inputs.csvClassifier) as object) },
  }),
  ...(inputs.jsonClassifier && {
    JsonClassifier: { Name: inputs.name, JsonPath: inputs.jsonClassifier.jsonPath },
  }),
  ...(inputs.grokClassifier && {
    GrokClassifier: {
      ...(pascal(inputs.grokClassifier) as { Classification: string; GrokPattern: string }),
      Name: inputs.name,
    },
  }),
});

async function createCrawler(inputs: Unwrap<glue.CrawlerArgs>, { call, tags }: Context): Promise<undefined> {
  const { Role = "", Targets = {}, ...rest } = crawler(inputs);
  await call("glue", "CreateCrawler", { ...rest, Role, Targets, Tags: { ...tags } });
}

const crawler = (inputs: Unwrap<glue.CrawlerArgs>): UpdateCrawlerRequest => ({
  Name: inputs.name,
  Role: inputs.role,
  DatabaseName: inputs.databaseName,
  Description: inputs.description,
  Targets: {
    ...(inputs.s3Targets && { S3Targets: inputs.s3Targets.map((target) => pascal(target)) }),
  } as CrawlerTargets,
  Schedule: inputs.schedule,
  Classifiers: inputs.classifiers,
  TablePrefix: inputs.tablePrefix,
  Configuration: inputs.configuration,
  CrawlerSecurityConfiguration: inputs.securityConfiguration,
  ...(inputs.schemaChangePolicy && { SchemaChangePolicy: pascal(inputs.schemaChangePolicy) as object }),
  ...(inputs.recrawlPolicy && { RecrawlPolicy: pascal(inputs.recrawlPolicy) as object }),
});
