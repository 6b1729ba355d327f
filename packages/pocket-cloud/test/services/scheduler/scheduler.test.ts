import { strict as assert } from "node:assert";
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { createFunction, type Lab, lab, logged } from "../lambda/lab";

const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f";

describe("Scheduler", () => {
  let at: Lab;
  let scheduler: SchedulerClient;
  beforeEach(async () => {
    at = await lab();
    scheduler = new SchedulerClient({ ...at.client, maxAttempts: 1 });
    await createFunction(
      at,
      "f",
      "exports.handler = async (e) => { process.stdout.write('>' + e.slot.slice(11, 19)); }",
    );
  });
  afterEach(async () => {
    scheduler.destroy();
    await at.end();
  });

  const create = (ScheduleExpression: string, more: object = {}) =>
    scheduler.send(
      new CreateScheduleCommand({
        Name: "poll",
        ScheduleExpression,
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: FUNCTION, RoleArn: at.role, Input: '{"slot":"<aws.scheduler.scheduled-time>"}' },
        ...more,
      }),
    );

  it("fires a rate expression from its start date on", async () => {
    await create("rate(5 minutes)", { StartDate: new Date("2026-01-15T12:02:00Z") });
    await at.advance(15 * 60_000);
    assert.deepEqual(await logged(at), ["12:02:00", "12:07:00", "12:12:00"]);
  });

  it("fires a cron expression at its times", async () => {
    await create("cron(0/10 * * * ? *)");
    await at.advance(25 * 60_000);
    assert.deepEqual(await logged(at), ["12:00:00", "12:10:00", "12:20:00"]);
  });

  it("fires a one-time schedule and deletes it after completion on request", async () => {
    await create("at(2026-01-15T14:00:30)", {
      ScheduleExpressionTimezone: "Europe/Berlin",
      ActionAfterCompletion: "DELETE",
    });
    await at.advance(3_600_000 * 2);
    assert.deepEqual(await logged(at), ["13:00:30"]);
    await assert.rejects(scheduler.send(new GetScheduleCommand({ Name: "poll" })), {
      name: "ResourceNotFoundException",
      message: "Schedule poll does not exist.",
    });
  });

  it("continues with the next slot after a restart", async () => {
    await create("rate(5 minutes)", { StartDate: new Date("2026-01-15T12:00:00Z") });
    await at.advance(6 * 60_000);
    at = await at.restart();
    await at.advance(5 * 60_000);
    assert.deepEqual(await logged(at), ["12:00:00", "12:05:00", "12:10:00"]);
  });

  it("stops firing when the schedule is deleted", async () => {
    await create("rate(1 minute)", { StartDate: new Date("2026-01-15T12:01:00Z") });
    await at.advance(90_000);
    await scheduler.send(new DeleteScheduleCommand({ Name: "poll" }));
    await at.advance(600_000);
    assert.deepEqual(await logged(at), ["12:01:00"]);
  });

  it("calls any operation by a universal target", async () => {
    await create("at(2026-01-15T12:05:00)", {
      Target: {
        Arn: "arn:aws:scheduler:::aws-sdk:sqs:createQueue",
        RoleArn: at.role,
        Input: '{"QueueName":"made"}',
      },
    });
    await at.advance(600_000);
    const { QueueUrls } = await at.cloud.call("sqs", "ListQueues", {}, at.cloud.administrator);
    assert.equal(QueueUrls?.length, 1);
  });

  it("sends failed invocations to the dead-letter queue", async () => {
    const { QueueUrl = "" } = await at.cloud.call(
      "sqs",
      "CreateQueue",
      { QueueName: "dead" },
      at.cloud.administrator,
    );
    await create("at(2026-01-15T12:05:00)", {
      Target: {
        Arn: `${FUNCTION}-gone`,
        RoleArn: at.role,
        Input: '{"a":1}',
        DeadLetterConfig: { Arn: "arn:aws:sqs:us-east-1:000000000000:dead" },
      },
    });
    await at.advance(600_000);
    const { Messages } = await at.cloud.call(
      "sqs",
      "ReceiveMessage",
      { QueueUrl, MessageAttributeNames: ["All"] },
      at.cloud.administrator,
    );
    assert.equal(Messages?.[0]?.Body, '{"a":1}');
    assert.equal(Messages?.[0]?.MessageAttributes?.ERROR_CODE?.StringValue, "ResourceNotFoundException");
  });

  it("refuses invalid expressions", async () => {
    for (const expression of ["rate(0 minutes)", "cron(* * * * *)", "cron(0 0 1 * MON *)", "every day"])
      await assert.rejects(create(expression), {
        name: "ValidationException",
        message: `Invalid Schedule Expression ${expression}.`,
      });
  });
});
