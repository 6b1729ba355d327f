import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sendDeadLetters } from "./dead-letters";
import { useKey } from "./encryption";
import { serviceRole } from "./role";
import type { Setting } from "./setting";
import type { Statement } from "./statements";

export interface ScheduleArgs {
  readonly description: string;
  /** rate(…) or cron(…), UTC. */
  readonly expression: string;
  readonly target: pulumi.Input<string>;
  readonly input: pulumi.Input<string>;
  readonly may: Statement;
  readonly deadLetters: aws.sqs.Queue | undefined;
  /** After this long a call is of no use any more. */
  readonly maximumAgeSeconds: number;
}

/** An EventBridge schedule with a role that may do one thing. */
export class Schedule extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;

  constructor(name: string, args: ScheduleArgs, setting: Setting, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:schedules:Schedule", name, {}, options);
    const { names, account, key } = setting;
    const { arn: roleArn, policy } = serviceRole(
      `${name}-schedule`,
      {
        name: names.role(`${name}-schedule`),
        service: "scheduler.amazonaws.com",
        sourceAccount: account,
        statements: [
          args.may,
          ...(args.deadLetters ? [sendDeadLetters(args.deadLetters)] : []),
          ...useKey(key),
        ],
      },
      this,
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
          ...(args.deadLetters && { deadLetterConfig: { arn: args.deadLetters.arn } }),
        },
      },
      { parent: this, dependsOn: [policy] },
    );
    this.name = schedule.name;
    this.registerOutputs({ name: this.name });
  }
}
