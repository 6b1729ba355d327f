import type { CreateScheduleInput, Target } from "@aws-sdk/client-scheduler";
import type { scheduler } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { arn, pascal, type Types, type } from "./type";

export const schedulerTypes: Types = {
  "aws:scheduler/schedule:Schedule": type<scheduler.ScheduleArgs>({
    nameInput: "name",
    replaceOn: ["name", "groupName"],
    describe: ({ name = "", groupName = "default" }, location) => ({
      id: `${groupName}/${name}`,
      outputs: { name, groupName, arn: arn(location, "scheduler", `schedule/${groupName}/${name}`) },
    }),
    create: async (inputs, { call }) => {
      const { ScheduleArn } = await call("scheduler", "CreateSchedule", schedule(inputs));
      return { outputs: { arn: ScheduleArn } };
    },
    update: (inputs, { call }) => call("scheduler", "UpdateSchedule", schedule(inputs)),
    delete: ({ name, groupName }, { call }) =>
      call("scheduler", "DeleteSchedule", { Name: name, GroupName: groupName }),
  }),
};

const schedule = (inputs: Unwrap<scheduler.ScheduleArgs>): CreateScheduleInput => ({
  Name: inputs.name,
  GroupName: inputs.groupName,
  Description: inputs.description,
  ScheduleExpression: inputs.scheduleExpression,
  ScheduleExpressionTimezone: inputs.scheduleExpressionTimezone ?? "UTC",
  State: (inputs.state ?? "ENABLED") as "ENABLED",
  KmsKeyArn: inputs.kmsKeyArn,
  FlexibleTimeWindow: pascal(inputs.flexibleTimeWindow) as { Mode: "OFF" },
  Target: pascal(inputs.target) as Target,
  ...(inputs.startDate && { StartDate: new Date(inputs.startDate) }),
  ...(inputs.endDate && { EndDate: new Date(inputs.endDate) }),
});
