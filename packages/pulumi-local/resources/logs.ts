import type { cloudwatch } from "@pulumi/aws";
import { arn, type Types, type } from "./type";

export const logsTypes: Types = {
  "aws:cloudwatch/logGroup:LogGroup": type<cloudwatch.LogGroupArgs>({
    nameInput: "name",
    replaceOn: ["name", "logGroupClass"],
    taggable: true,
    describe: ({ name = "" }, site) => ({
      id: name,
      outputs: { name, arn: arn(site, "logs", `log-group:${name}`) },
    }),
    create: async ({ name, kmsKeyId, retentionInDays }, { call, tags }) => {
      await call("logs", "CreateLogGroup", { logGroupName: name, kmsKeyId, tags: { ...tags } });
      if (retentionInDays) await call("logs", "PutRetentionPolicy", { logGroupName: name, retentionInDays });
      return undefined;
    },
    update: async ({ name, retentionInDays }, { call }) => {
      if (retentionInDays) await call("logs", "PutRetentionPolicy", { logGroupName: name, retentionInDays });
      else await call("logs", "DeleteRetentionPolicy", { logGroupName: name });
    },
    delete: async ({ name, skipDestroy }, { call }) => {
      if (!skipDestroy) await call("logs", "DeleteLogGroup", { logGroupName: name });
    },
  }),
  "aws:cloudwatch/logStream:LogStream": type<cloudwatch.LogStreamArgs>({
    nameInput: "name",
    replaceOn: ["name", "logGroupName"],
    describe: ({ name = "", logGroupName }, site) => ({
      id: `${logGroupName}:${name}`,
      outputs: { name, arn: arn(site, "logs", `log-group:${logGroupName}:log-stream:${name}`) },
    }),
    create: async ({ name, logGroupName }, { call }) => {
      await call("logs", "CreateLogStream", { logGroupName, logStreamName: name });
      return undefined;
    },
    delete: async ({ name, logGroupName }, { call }) => {
      await call("logs", "DeleteLogStream", { logGroupName, logStreamName: name });
    },
  }),
};
