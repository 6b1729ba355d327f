import { strict as assert } from "node:assert";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { createFunction, type Lab, lab, logged } from "../lambda/lab";

const MINUTE = 60_000;

describe("Schedule groups and windows", () => {
  let at: Lab;
  let scheduler: Scheduler;
  beforeEach(async () => {
    at = await lab();
    scheduler = new Scheduler({ ...at.client, maxAttempts: 1 });
    await createFunction(
      at,
      "f",
      `exports.handler = async ({ slot }) => {
         process.stdout.write(">" + slot.slice(11, 19) + " " + new Date().toISOString().slice(11, 19));
       };`,
    );
  });
  afterEach(async () => {
    scheduler.destroy();
    await at.end();
  });
  const schedule = (Name: string, more: object = {}) => ({
    Name,
    ScheduleExpression: "cron(0/30 * * * ? *)",
    FlexibleTimeWindow: { Mode: "OFF" as const },
    Target: {
      Arn: "arn:aws:lambda:us-east-1:000000000000:function:f",
      RoleArn: at.role,
      Input: '{"slot":"<aws.scheduler.scheduled-time>"}',
    },
    ...more,
  });

  it("contain schedules, which are deleted with the group", async () => {
    const { ScheduleGroupArn } = await scheduler.createScheduleGroup({ Name: "feeds" });
    assert.equal(ScheduleGroupArn, "arn:aws:scheduler:us-east-1:000000000000:schedule-group/feeds");
    await assert.rejects(scheduler.createScheduleGroup({ Name: "feeds" }), { name: "ConflictException" });
    assert.equal((await scheduler.getScheduleGroup({ Name: "feeds" })).State, "ACTIVE");
    assert.deepEqual(
      (await scheduler.listScheduleGroups({})).ScheduleGroups?.map(({ Name }) => Name).sort(),
      ["default", "feeds"],
    );
    await scheduler.createSchedule(schedule("poll"));
    await scheduler.createSchedule(schedule("poll", { GroupName: "feeds" }));
    const named = async (GroupName?: string) =>
      (await scheduler.listSchedules(GroupName ? { GroupName } : {})).Schedules?.map(
        (each) => each.GroupName,
      );
    assert.deepEqual(await named("feeds"), ["feeds"]);
    assert.deepEqual((await named())?.sort(), ["default", "feeds"]);
    await scheduler.deleteScheduleGroup({ Name: "feeds" });
    assert.deepEqual(await named(), ["default"]);
    await assert.rejects(scheduler.deleteScheduleGroup({ Name: "default" }), { name: "ValidationException" });
  });

  it("fire within a flexible time window, with the scheduled time in the input", async () => {
    const FlexibleTimeWindow = { Mode: "FLEXIBLE" as const, MaximumWindowInMinutes: 10 };
    await scheduler.createSchedule(schedule("poll", { FlexibleTimeWindow }));
    await at.advance(75 * MINUTE);
    const fired = (await logged(at)).map((line) => line.split(" "));
    assert.deepEqual(
      fired.map(([slot]) => slot),
      ["12:00:00", "12:30:00", "13:00:00"],
    );
    for (const [slot, now] of fired) {
      const late = Date.parse(`2026-01-15T${now}Z`) - Date.parse(`2026-01-15T${slot}Z`);
      assert.ok(late >= 0 && late < 10 * MINUTE, `${slot} fired at ${now}`);
    }
    assert.ok(new Set(fired.map(([, now = ""]) => now.slice(3))).size > 1);
  });

  it("apply an update from the next slot on", async () => {
    await scheduler.createSchedule(schedule("poll"));
    await at.advance(MINUTE);
    await scheduler.updateSchedule(schedule("poll", { ScheduleExpression: "cron(20 * * * ? *)" }));
    await at.advance(60 * MINUTE);
    assert.deepEqual(
      (await logged(at)).map((line) => line.slice(0, 8)),
      ["12:00:00", "12:20:00"],
    );
    await scheduler.updateSchedule(schedule("poll", { State: "DISABLED" }));
    await at.advance(120 * MINUTE);
    assert.equal((await logged(at)).length, 2);
  });

  it("have tags", async () => {
    await scheduler.createScheduleGroup({ Name: "feeds", Tags: [{ Key: "a", Value: "1" }] });
    const ResourceArn = "arn:aws:scheduler:us-east-1:000000000000:schedule-group/feeds";
    await scheduler.tagResource({ ResourceArn, Tags: [{ Key: "b", Value: "2" }] });
    await scheduler.untagResource({ ResourceArn, TagKeys: ["a"] });
    assert.deepEqual((await scheduler.listTagsForResource({ ResourceArn })).Tags, [{ Key: "b", Value: "2" }]);
  });
});
