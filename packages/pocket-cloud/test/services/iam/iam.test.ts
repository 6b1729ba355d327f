import { strict as assert } from "node:assert";
import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListInstanceProfilesForRoleCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type Cloud, startCloud } from "../../../cloud";
import { temporaryDirectory } from "../../temporary";

const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const TRUST_LAMBDA = policy({
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole",
});
const TRUST_ACCOUNT = policy({
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::000000000000:root" },
  Action: "sts:AssumeRole",
});
const logsOf = (folder: string) =>
  policy({
    Effect: "Allow",
    Action: "logs:CreateLogGroup",
    Resource: `arn:aws:logs:us-east-1:000000000000:log-group:${folder}/*`,
  });
const LOGS_OF_A = logsOf("/a");
const LOGS_OF_B = logsOf("/b");

describe("IAM", () => {
  const directory = temporaryDirectory();
  let cloud: Cloud;
  let iam: IAMClient;
  const settings = (credentials: object = cloud.credentials) =>
    ({ endpoint: cloud.endpoint, region: "us-east-1", credentials, maxAttempts: 1 }) as never;
  const start = async () => {
    cloud = await startCloud({ dir: directory.path });
    iam = new IAMClient(settings());
  };
  before(start);
  after(async () => {
    await cloud.stop();
    directory.remove();
  });

  const createRole = (RoleName: string, AssumeRolePolicyDocument = TRUST_ACCOUNT, more: object = {}) =>
    iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...more }));

  it("refuses tags with the same key, in whichever case", async () => {
    const Tags = [
      { Key: "app", Value: "a" },
      { Key: "App", Value: "b" },
    ];
    const refused = {
      name: "InvalidInputException",
      message: "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    };
    await assert.rejects(createRole("twice", TRUST_LAMBDA, { Tags }), refused);
    const made = { PolicyName: "twice", PolicyDocument: LOGS_OF_A };
    await assert.rejects(iam.send(new CreatePolicyCommand({ ...made, Tags })), refused);
    await createRole("tagged", TRUST_LAMBDA);
    await assert.rejects(iam.send(new TagRoleCommand({ RoleName: "tagged", Tags })), refused);
    await iam.send(new DeleteRoleCommand({ RoleName: "tagged" }));
  });

  describe("roles", () => {
    it("are returned as created, with a percent-encoded trust policy", async () => {
      const { Role: created } = await createRole("reader", TRUST_LAMBDA, {
        Path: "/service/",
        Description: "reads & writes",
        MaxSessionDuration: 7200,
        Tags: [{ Key: "app", Value: "a + b" }],
      });
      assert.equal(created?.Arn, "arn:aws:iam::000000000000:role/service/reader");
      assert.match(created?.RoleId ?? "", /^AROA[A-Z2-7]{17}$/);
      const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: "reader" }));
      assert.deepEqual(role, { ...created, RoleLastUsed: {} });
      assert.equal(decodeURIComponent(role?.AssumeRolePolicyDocument ?? ""), TRUST_LAMBDA);
      assert.deepEqual(role?.Tags, [{ Key: "app", Value: "a + b" }]);
    });

    it("have unique names", async () => {
      await assert.rejects(createRole("reader"), {
        name: "EntityAlreadyExistsException",
        message: "Role with name reader already exists.",
      });
      await assert.rejects(iam.send(new GetRoleCommand({ RoleName: "nobody" })), {
        name: "NoSuchEntityException",
        message: "The role with name nobody cannot be found.",
      });
      await assert.rejects(createRole("bad name"), { name: "ValidationError" });
      await assert.rejects(createRole("untrusting", "{}"), { name: "MalformedPolicyDocumentException" });
    });

    it("are updated", async () => {
      await iam.send(
        new UpdateRoleCommand({ RoleName: "reader", Description: "still reads", MaxSessionDuration: 3600 }),
      );
      await iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName: "reader", PolicyDocument: TRUST_ACCOUNT }),
      );
      await iam.send(new TagRoleCommand({ RoleName: "reader", Tags: [{ Key: "b", Value: "2" }] }));
      await iam.send(new UntagRoleCommand({ RoleName: "reader", TagKeys: ["app"] }));
      const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: "reader" }));
      assert.equal(role?.Description, "still reads");
      assert.equal(role?.MaxSessionDuration, 3600);
      assert.equal(decodeURIComponent(role?.AssumeRolePolicyDocument ?? ""), TRUST_ACCOUNT);
      const { Tags } = await iam.send(new ListRoleTagsCommand({ RoleName: "reader" }));
      assert.deepEqual(Tags, [{ Key: "b", Value: "2" }]);
      const profiles = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: "reader" }));
      assert.deepEqual(profiles.InstanceProfiles, []);
    });

    it("are listed in pages and by path", async () => {
      await createRole("another");
      const first = await iam.send(new ListRolesCommand({ MaxItems: 1 }));
      assert.deepEqual(
        first.Roles?.map(({ RoleName }) => RoleName),
        ["another"],
      );
      const rest = await iam.send(new ListRolesCommand({ Marker: first.Marker }));
      assert.deepEqual(
        rest.Roles?.map(({ RoleName }) => RoleName),
        ["reader"],
      );
      const ofPath = await iam.send(new ListRolesCommand({ PathPrefix: "/service/" }));
      assert.deepEqual(
        ofPath.Roles?.map(({ RoleName }) => RoleName),
        ["reader"],
      );
    });
  });

  describe("policies", () => {
    const arn = "arn:aws:iam::000000000000:policy/logs";

    it("inline in a role are put, read, listed and deleted", async () => {
      const named = { RoleName: "another", PolicyName: "own" };
      await iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument: LOGS_OF_A }));
      const got = await iam.send(new GetRolePolicyCommand(named));
      assert.equal(decodeURIComponent(got.PolicyDocument ?? ""), LOGS_OF_A);
      const list = await iam.send(new ListRolePoliciesCommand({ RoleName: "another" }));
      assert.deepEqual(list.PolicyNames, ["own"]);
      await assert.rejects(iam.send(new DeleteRoleCommand({ RoleName: "another" })), {
        name: "DeleteConflictException",
        message: "Cannot delete entity, must delete policies first.",
      });
      await iam.send(new DeleteRolePolicyCommand(named));
      await assert.rejects(iam.send(new GetRolePolicyCommand(named)), { name: "NoSuchEntityException" });
    });

    it("that are managed have versions", async () => {
      await iam.send(new CreatePolicyCommand({ PolicyName: "logs", PolicyDocument: LOGS_OF_A }));
      const { PolicyVersion: second } = await iam.send(
        new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument: LOGS_OF_B, SetAsDefault: true }),
      );
      assert.equal(second?.VersionId, "v2");
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
      assert.equal(Policy?.DefaultVersionId, "v2");
      await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: arn, VersionId: "v1" }));
      const { PolicyVersion } = await iam.send(
        new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: "v1" }),
      );
      assert.equal(decodeURIComponent(PolicyVersion?.Document ?? ""), LOGS_OF_A);
      assert.equal(PolicyVersion?.IsDefaultVersion, true);
      await assert.rejects(iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId: "v1" })), {
        name: "DeleteConflictException",
      });
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId: "v2" }));
      const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: arn }));
      assert.deepEqual(
        Versions?.map(({ VersionId }) => VersionId),
        ["v1"],
      );
    });

    it("are attached and detached", async () => {
      const both = { RoleName: "another", PolicyArn: arn };
      await iam.send(new AttachRolePolicyCommand(both));
      const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: "another" }));
      assert.deepEqual(attached.AttachedPolicies, [{ PolicyArn: arn, PolicyName: "logs" }]);
      const entities = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: arn }));
      assert.deepEqual(
        entities.PolicyRoles?.map(({ RoleName }) => RoleName),
        ["another"],
      );
      const { Policies } = await iam.send(new ListPoliciesCommand({ Scope: "Local", OnlyAttached: true }));
      assert.deepEqual(
        Policies?.map(({ AttachmentCount }) => AttachmentCount),
        [1],
      );
      await assert.rejects(iam.send(new DeletePolicyCommand({ PolicyArn: arn })), {
        name: "DeleteConflictException",
      });
      await assert.rejects(iam.send(new DeleteRoleCommand({ RoleName: "another" })), {
        name: "DeleteConflictException",
      });
      await iam.send(new DetachRolePolicyCommand(both));
      await assert.rejects(iam.send(new DetachRolePolicyCommand(both)), { name: "NoSuchEntityException" });
      await iam.send(new DeletePolicyCommand({ PolicyArn: arn }));
      await iam.send(new DeleteRoleCommand({ RoleName: "another" }));
      await assert.rejects(iam.send(new AttachRolePolicyCommand({ RoleName: "reader", PolicyArn: arn })), {
        name: "NoSuchEntityException",
      });
    });
  });

  describe("enforcement", () => {
    const roleArn = "arn:aws:iam::000000000000:role/worker";
    const sessionOf = async (RoleSessionName: string) => {
      const sts = new STSClient(settings());
      const { Credentials: issued } = await sts.send(
        new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName }),
      );
      return {
        accessKeyId: issued?.AccessKeyId ?? "",
        secretAccessKey: issued?.SecretAccessKey ?? "",
        sessionToken: issued?.SessionToken ?? "",
      };
    };
    const createGroup = (credentials: object, logGroupName: string) =>
      new CloudWatchLogsClient(settings(credentials)).send(new CreateLogGroupCommand({ logGroupName }));

    before(async () => {
      await createRole("worker");
      await iam.send(
        new PutRolePolicyCommand({ RoleName: "worker", PolicyName: "logs", PolicyDocument: LOGS_OF_A }),
      );
    });

    it("allows a role what its policies allow and nothing else", async () => {
      const session = await sessionOf("night");
      const { Arn, UserId } = await new STSClient(settings(session)).send(new GetCallerIdentityCommand({}));
      assert.equal(Arn, "arn:aws:sts::000000000000:assumed-role/worker/night");
      assert.match(UserId ?? "", /^AROA[A-Z2-7]{17}:night$/);
      await createGroup(session, "/a/one");
      await assert.rejects(createGroup(session, "/b/one"), {
        name: "AccessDeniedException",
        message:
          "User: arn:aws:sts::000000000000:assumed-role/worker/night is not authorized to perform: logs:CreateLogGroup on resource: arn:aws:logs:us-east-1:000000000000:log-group:/b/one:log-stream: because no identity-based policy allows the logs:CreateLogGroup action",
      });
      await assert.rejects(new IAMClient(settings(session)).send(new ListRolesCommand({})), {
        name: "AccessDenied",
      });
    });

    it("applies a Deny that is added later", async () => {
      const session = await sessionOf("night");
      const PolicyDocument = policy({ Effect: "Deny", Action: "logs:*", Resource: "*" });
      await iam.send(new PutRolePolicyCommand({ RoleName: "worker", PolicyName: "stop", PolicyDocument }));
      await assert.rejects(createGroup(session, "/a/two"), {
        message: /with an explicit deny in an identity-based policy$/,
      });
      await iam.send(new DeleteRolePolicyCommand({ RoleName: "worker", PolicyName: "stop" }));
      await createGroup(session, "/a/two");
    });

    it("accepts a session's credentials after a restart", async () => {
      const session = await sessionOf("long");
      await cloud.stop();
      await start();
      await createGroup(session, "/a/three");
    });

    it("refuses a token with another key, a changed token and a missing token", async () => {
      const session = await sessionOf("night");
      const [claims = "", proof = ""] = session.sessionToken.split(".");
      const raised = Buffer.from(
        Buffer.from(claims, "base64url").toString().replace("worker", "reader"),
      ).toString("base64url");
      for (const forged of [
        { ...session, accessKeyId: "ASIAAAAAAAAAAAAAAAAA" },
        { ...session, sessionToken: `${raised}.${proof}` },
        { ...session, sessionToken: undefined },
      ])
        await assert.rejects(createGroup(forged, "/a/four"), { name: "UnrecognizedClientException" });
    });

    it("limits a session to the role's maximum, and to an hour when a session opens it", async () => {
      await createRole("brief", TRUST_ACCOUNT, { MaxSessionDuration: 3600 });
      await createRole("long", TRUST_ACCOUNT, { MaxSessionDuration: 7200 });
      const assume = (RoleName: string, credentials?: object) =>
        new STSClient(settings(credentials)).send(
          new AssumeRoleCommand({
            RoleArn: `arn:aws:iam::000000000000:role/${RoleName}`,
            RoleSessionName: "xx",
            DurationSeconds: 7200,
          }),
        );
      await assert.rejects(assume("brief"), {
        name: "ValidationError",
        message: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
      });
      const PolicyDocument = policy({ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" });
      await iam.send(new PutRolePolicyCommand({ RoleName: "long", PolicyName: "chain", PolicyDocument }));
      const { Credentials: first } = await assume("long");
      const chained = {
        accessKeyId: first?.AccessKeyId,
        secretAccessKey: first?.SecretAccessKey,
        sessionToken: first?.SessionToken,
      };
      await assert.rejects(assume("long", chained), {
        message:
          "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
      });
    });

    it("refuses to assume a role that does not trust the caller", async () => {
      await assert.rejects(
        new STSClient(settings()).send(
          new AssumeRoleCommand({ RoleArn: "arn:aws:iam::000000000000:role/nobody", RoleSessionName: "xx" }),
        ),
        { name: "AccessDenied" },
      );
      await createRole("for-lambda", TRUST_LAMBDA);
      await assert.rejects(
        new STSClient(settings()).send(
          new AssumeRoleCommand({
            RoleArn: "arn:aws:iam::000000000000:role/for-lambda",
            RoleSessionName: "xx",
          }),
        ),
        {
          name: "AccessDenied",
          message:
            "User: arn:aws:iam::000000000000:root is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role/for-lambda",
        },
      );
    });
  });
});
