import { strict as assert } from "node:assert";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SQS } from "@aws-sdk/client-sqs";
import { type AssumeRoleCommandInput, STS } from "@aws-sdk/client-sts";
import { type Lab, lab } from "../lambda/lab";

describe("A session of AssumeRole", () => {
  let at: Lab;
  let sts: STS;
  let account: string;
  const clients: { destroy(): void }[] = [];
  before(async () => {
    at = await lab();
    sts = new STS({ ...at.client, maxAttempts: 1 });
    clients.push(sts);
    account = at.cloud.accountId;
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await at.end();
  });

  const statement = (Effect: string, Action: string | string[], more: object = { Resource: "*" }) => ({
    Effect,
    Action,
    ...more,
  });
  const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  const root = () => ({ Principal: { AWS: `arn:aws:iam::${account}:root` } });
  const makeRole = async (RoleName: string, policy: object[], trust: object[] = [], more: object = {}) => {
    const { call, administrator } = at.cloud;
    const trusted =
      trust.length > 0 ? trust : [statement("Allow", ["sts:AssumeRole", "sts:TagSession"], root())];
    const AssumeRolePolicyDocument = document(...trusted);
    await call("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument, ...more }, administrator);
    const PolicyDocument = document(...policy);
    await call("iam", "PutRolePolicy", { RoleName, PolicyName: "own", PolicyDocument }, administrator);
    return `arn:aws:iam::${account}:role/${RoleName}`;
  };
  const assume = async (RoleArn: string, more: Partial<AssumeRoleCommandInput> = {}, from = sts) => {
    const { Credentials } = await from.assumeRole({ RoleArn, RoleSessionName: "session", ...more });
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
    return {
      ...at.client,
      maxAttempts: 1,
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    };
  };
  const queues = async (...session: Parameters<typeof assume>) => {
    const sqs = new SQS(await assume(...session));
    clients.push(sqs);
    return sqs;
  };
  const denied = (promise: Promise<unknown>, message: RegExp) =>
    assert.rejects(promise, (error: Error) => {
      assert.match(error.name, /^AccessDenied/);
      assert.match(error.message, message);
      return true;
    });

  it("may do only what its session policies and its role allow", async () => {
    const role = await makeRole("limited", [statement("Allow", ["sqs:CreateQueue", "sqs:ListQueues"])]);
    const Policy = document(statement("Allow", ["sqs:ListQueues", "sqs:DeleteQueue"]));
    const sqs = await queues(role, { Policy });
    await sqs.listQueues({});
    await denied(
      sqs.createQueue({ QueueName: "a" }),
      /because no session policy allows the sqs:CreateQueue action/,
    );
    await (await queues(role)).createQueue({ QueueName: "a" });
    const QueueUrl = `${at.cloud.endpoint}/${account}/a`;
    await denied(sqs.deleteQueue({ QueueUrl }), /because no identity-based policy allows/);
    const denies = document(statement("Allow", "*"), statement("Deny", "sqs:ListQueues"));
    await denied(
      (await queues(role, { Policy: denies })).listQueues({}),
      /explicit deny in a session policy/,
    );
  });

  it("is limited by managed policies that are session policies", async () => {
    const role = await makeRole("managed", [statement("Allow", "sqs:*")]);
    const { call, administrator } = at.cloud;
    const { Policy } = await call(
      "iam",
      "CreatePolicy",
      { PolicyName: "list", PolicyDocument: document(statement("Allow", "sqs:ListQueues")) },
      administrator,
    );
    const sqs = await queues(role, { PolicyArns: [{ arn: Policy?.Arn }] });
    await sqs.listQueues({});
    await denied(sqs.createQueue({ QueueName: "b" }), /no session policy allows/);
  });

  it("does more when the policy of a resource names it, and not when it names its role", async () => {
    const role = await makeRole("named", [statement("Allow", "sqs:GetQueueUrl")]);
    const { call, administrator } = at.cloud;
    const { QueueUrl = "" } = await call("sqs", "CreateQueue", { QueueName: "named" }, administrator);
    const trust = (AWS: string) =>
      call(
        "sqs",
        "SetQueueAttributes",
        {
          QueueUrl,
          Attributes: { Policy: document({ ...statement("Allow", "sqs:SendMessage"), Principal: { AWS } }) },
        },
        administrator,
      );
    const sqs = await queues(role, { Policy: document(statement("Allow", "sqs:GetQueueUrl")) });
    await trust(role);
    await denied(sqs.sendMessage({ QueueUrl, MessageBody: "x" }), /no session policy allows/);
    await (await queues(role)).sendMessage({ QueueUrl, MessageBody: "x" });
    await trust(`arn:aws:sts::${account}:assumed-role/named/session`);
    await sqs.sendMessage({ QueueUrl, MessageBody: "x" });
  });

  it("has the tags of the role and of the session in its conditions", async () => {
    const role = await makeRole(
      "tagged",
      [
        statement("Allow", "sqs:CreateQueue", {
          Resource: `arn:aws:sqs:*:*:$${"{aws:PrincipalTag/team}"}-*`,
        }),
        statement("Allow", "sqs:ListQueues", {
          Resource: "*",
          Condition: { StringEquals: { "aws:PrincipalTag/stage": "dev" } },
        }),
      ],
      [],
      { Tags: [{ Key: "team", Value: "lake" }] },
    );
    const byRole = await queues(role);
    await byRole.createQueue({ QueueName: "lake-1" });
    await denied(byRole.createQueue({ QueueName: "ice-1" }), /sqs:CreateQueue/);
    await denied(byRole.listQueues({}), /sqs:ListQueues/);
    const Tags = [
      { Key: "team", Value: "ice" },
      { Key: "stage", Value: "dev" },
    ];
    const bySession = await queues(role, { Tags });
    await bySession.createQueue({ QueueName: "ice-1" });
    await denied(bySession.createQueue({ QueueName: "lake-2" }), /sqs:CreateQueue/);
    await bySession.listQueues({});
  });

  it("with tags needs sts:TagSession", async () => {
    const list = statement("Allow", "sqs:ListQueues");
    const role = await makeRole("untagged", [list], [statement("Allow", "sts:AssumeRole", root())]);
    await assume(role);
    await denied(
      assume(role, { Tags: [{ Key: "team", Value: "x" }] }),
      /not authorized to perform: sts:TagSession/,
    );
  });

  describe("begins as the conditions of the role's trust say", () => {
    const trusting = (name: string, Condition: object, Action: string | string[] = "sts:AssumeRole") =>
      makeRole(name, [statement("Allow", "sqs:*")], [statement("Allow", Action, { ...root(), Condition })]);

    it("about the caller, the session's name and the tags", async () => {
      const first = await makeRole("first", [statement("Allow", "sts:*")]);
      const from = new STS(await assume(first));
      clients.push(from);
      const byCaller = await trusting("by-caller", { ArnEquals: { "aws:PrincipalArn": first } });
      await assume(byCaller, {}, from);
      await denied(assume(byCaller), /sts:AssumeRole/);
      const byName = await trusting("by-name", { StringLike: { "sts:RoleSessionName": "job-*" } });
      await assume(byName, { RoleSessionName: "job-1" });
      await denied(assume(byName), /sts:AssumeRole/);
      const byTag = await trusting(
        "by-tag",
        {
          StringEquals: { "aws:RequestTag/team": "lake" },
          "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] },
        },
        ["sts:AssumeRole", "sts:TagSession"],
      );
      await assume(byTag, { Tags: [{ Key: "team", Value: "lake" }] });
      await denied(assume(byTag, { Tags: [{ Key: "team", Value: "ice" }] }), /sts:AssumeRole/);
    });

    it("and not against a Deny in the caller's policies", async () => {
      const caller = await makeRole("refusing", [statement("Deny", "sts:AssumeRole")]);
      const from = new STS(await assume(caller));
      clients.push(from);
      const role = await makeRole(
        "open",
        [statement("Allow", "sqs:ListQueues")],
        [statement("Allow", "sts:AssumeRole", { Principal: { AWS: caller } })],
      );
      await denied(assume(role, {}, from), /explicit deny in an identity-based policy/);
    });
  });

  it("is refused with what is not supported or malformed", async () => {
    const role = await makeRole("refused", [statement("Allow", "sqs:*")]);
    await assert.rejects(assume(role, { Policy: "{}" }), { name: "MalformedPolicyDocumentException" });
    const Policy = document(statement("Allow", "sqs:*", { Resource: "*".padEnd(2048, "*") }));
    await assert.rejects(assume(role, { Policy }), /length less than or equal to 2048/);
    await assert.rejects(assume(role, { SourceIdentity: "someone" }), /does not support source identities/);
    await assert.rejects(
      assume(role, { SerialNumber: "arn:aws:iam::000000000000:mfa/x", TokenCode: "123456" }),
      /does not support multi-factor authentication/,
    );
  });

  it("passes roles to the services of its policy's conditions, and needs that for schedules", async () => {
    const passing = (service: string) => [
      statement("Allow", "scheduler:*"),
      statement("Allow", "iam:PassRole", {
        Resource: at.role,
        Condition: { StringEquals: { "iam:PassedToService": service } },
      }),
    ];
    const schedule = async (name: string, policy: object[]) => {
      const scheduler = new Scheduler(await assume(await makeRole(name, policy)));
      clients.push(scheduler);
      return scheduler.createSchedule({
        Name: name,
        ScheduleExpression: "rate(1 hour)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: `arn:aws:sqs:us-east-1:${account}:jobs`, RoleArn: at.role },
      });
    };
    await schedule("passes", passing("scheduler.amazonaws.com"));
    await denied(schedule("passes-others", passing("lambda.amazonaws.com")), /iam:PassRole/);
    await denied(schedule("passes-none", [statement("Allow", "scheduler:*")]), /iam:PassRole/);
  });
});
