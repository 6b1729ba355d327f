import { strict as assert } from "node:assert";
import { strToU8, zipSync } from "fflate";
import { names } from "../../../data/names";
import { type Cloud, startCloud } from "../../../packages/pocket-cloud";
import { Site } from "../../../tools/start/site";

const START = Date.UTC(2026, 0, 1, 10, 1);
const MINUTE = 60_000;
const name = names("local");
const FUNCTION = name.function("publish-reports");

const trust = (Service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
  });
const allow = (Action: readonly string[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });

describe("The published reports of npm start", () => {
  let cloud: Cloud;

  before(async () => {
    cloud = await startCloud({ clock: { simulateFrom: START } });
    const { call, administrator } = cloud;
    const role = async (RoleName: string, service: string, actions: readonly string[]) => {
      await call("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument: trust(service) }, administrator);
      const policy = { RoleName, PolicyName: "p", PolicyDocument: allow(actions) };
      await call("iam", "PutRolePolicy", policy, administrator);
      return `arn:aws:iam::${cloud.accountId}:role/${RoleName}`;
    };
    const logs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
    const { FunctionArn } = await call(
      "lambda",
      "CreateFunction",
      {
        FunctionName: FUNCTION,
        Role: await role("function", "lambda.amazonaws.com", logs),
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: {
          ZipFile: zipSync({ "index.js": strToU8('exports.handler = async () => console.log("published")') }),
        },
      },
      administrator,
    );
    await call(
      "scheduler",
      "CreateSchedule",
      {
        Name: name.schedule("publish-reports"),
        ScheduleExpression: "rate(5 minutes)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: {
          Arn: FunctionArn,
          RoleArn: await role("schedule", "scheduler.amazonaws.com", ["lambda:InvokeFunction"]),
        },
      },
      administrator,
    );
  });
  after(() => cloud?.stop());

  async function publications(): Promise<number> {
    await cloud.flush();
    const { events = [] } = await cloud
      .call(
        "logs",
        "FilterLogEvents",
        { logGroupName: name.logGroup(FUNCTION), filterPattern: "published" },
        cloud.administrator,
      )
      .catch(() => ({ events: [] }));
    return events.length;
  }

  it("are not published in the catch-up, but once after it, and on their schedule from then on", async () => {
    const site = await Site.open(cloud, "lake");
    await cloud.clock.advanceTo(START + 58 * MINUTE);
    assert.equal(await publications(), 0);
    await site?.publish();
    await cloud.clock.advanceTo(START + 59 * MINUTE);
    assert.equal(await publications(), 1);
    await cloud.clock.advanceTo(START + 77 * MINUTE);
    // The rate counts from the schedule's creation: 60, 65, 70 and 75 minutes.
    assert.equal(await publications(), 5);
  });

  it("do not exist where the stack does not publish", async () => {
    await cloud.call(
      "scheduler",
      "DeleteSchedule",
      { Name: name.schedule("publish-reports") },
      cloud.administrator,
    );
    assert.equal(await Site.open(cloud, "lake"), undefined);
  });
});
