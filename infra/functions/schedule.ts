import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { useKey } from "../encryption";
import { type Statement, serviceRole } from "../permissions";
import { type DeadLetters, sendDeadLetters } from "./dead-letters";
import type { LakeFunction } from "./function";

export interface ScheduleArgs {
  readonly description: string;
  /** rate(…) or cron(…), UTC. */
  readonly expression: string;
  readonly target: pulumi.Input<string>;
  readonly input: pulumi.Input<string>;
  /** Permission to call the target. */
  readonly invoke: Statement;
  readonly deadLetters: DeadLetters | undefined;
  /** A call is not retried after this long. */
  readonly maximumAgeSeconds: number;
  /** What must exist before the first call. */
  readonly after?: readonly pulumi.Resource[];
}

/** What a schedule of a function needs. The function learns the time for which it was called, also when the call is late. */
export const calls = (
  { arn }: LakeFunction,
  sid: string,
): Pick<ScheduleArgs, "target" | "input" | "invoke"> => ({
  target: arn,
  input: JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" }),
  invoke: { sid, actions: ["lambda:InvokeFunction"], resources: [arn] },
});

/** An EventBridge schedule with a role that can make its one call. */
export class Schedule extends pulumi.ComponentResource {
  constructor(name: string, args: ScheduleArgs, context: Context, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:schedules:Schedule", name, {}, options);
    const { names, account, key } = context;
    const { deadLetters } = args;
    const { arn: roleArn, policy } = serviceRole(
      `${name}-schedule`,
      {
        name: names.role(`${name}-schedule`),
        service: "scheduler.amazonaws.com",
        sourceAccount: account,
        statements: [args.invoke, ...sendDeadLetters(deadLetters), ...useKey(key)],
      },
      { parent: this },
    );
    const schedule = new aws.scheduler.Schedule(
      name,
      {
        name: names.schedule(name),
        description: args.description,
        scheduleExpression: args.expression,
        scheduleExpressionTimezone: "UTC",
        ...(key && { kmsKeyArn: key }),
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: args.target,
          roleArn,
          input: args.input,
          retryPolicy: { maximumEventAgeInSeconds: args.maximumAgeSeconds, maximumRetryAttempts: 3 },
          ...(deadLetters && { deadLetterConfig: { arn: deadLetters.queue.arn } }),
        },
      },
      { parent: this, dependsOn: [policy, ...(args.after ?? [])] },
    );
    this.registerOutputs({ name: schedule.name });
  }
}
