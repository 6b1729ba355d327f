import { strict as assert } from "node:assert";
import { join } from "node:path";
import { Bus } from "../../../bus";
import { CloudClock } from "../../../clock";
import { Downloads } from "../../../downloads";
import { Faults } from "../../../faults";
import type { CloudContext } from "../../../service";
import { Account } from "../../../services/iam/account";
import { identitiesOf } from "../../../services/iam/identities";
import { keysOf } from "../../../services/iam/keys";
import { IamStore, type Role } from "../../../services/iam/store";
import { temporaryDirectory } from "../../temporary";

const START = Date.UTC(2026, 10, 20);
const HOUR = 3_600_000;
const policy = (...statements: object[]) => JSON.stringify({ Statement: statements });

describe("Identities", () => {
  const directory = temporaryDirectory();
  after(() => directory.remove());
  const clock = new CloudClock(START);
  const cloud: CloudContext = {
    clock,
    accountId: "000000000000",
    region: "us-east-1",
    dir: directory.path,
    endpoint: () => "http://127.0.0.1:1",
    call: () => Promise.reject(new Error("no calls in this test")),
    identities: () => identities,
    s3Files: () => {
      throw new Error("no S3 files in this test");
    },
    keys: () => {
      throw new Error("no KMS keys in this test");
    },
    keysIn: () => Promise.reject(new Error("no KMS keys in this test")),
    bus: new Bus(),
    downloads: new Downloads(),
    faults: new Faults(),
    log: () => {},
  };
  const store = new IamStore(join(directory.path, "iam"));
  const identities = identitiesOf(new Account(cloud, store), keysOf(join(directory.path, "iam")), {
    accessKeyId: "fixed",
    secretAccessKey: "by the client",
  });

  const makeRole = (name: string, trust: object, change: Partial<Role> = {}): string => {
    const arn = `arn:aws:iam::000000000000:role/${name}`;
    store.roles.set(name, {
      ...{ name, arn, path: "/", id: "AROAEXAMPLE", created: new Date(START), trust: policy(trust) },
      ...{ maxSessionSeconds: 3600, tags: {}, inline: {}, attached: [] },
      ...change,
    });
    return arn;
  };
  const trustFirehose = (Condition?: object) => ({
    Effect: "Allow",
    Principal: { Service: "firehose.amazonaws.com" },
    Action: "sts:AssumeRole",
    ...(Condition && { Condition }),
  });

  it("allow a service to assume a role that trusts it", () => {
    const arn = makeRole("delivery", trustFirehose());
    const caller = identities.assume(arn, "delivery-session", "firehose.amazonaws.com");
    assert.equal(caller.arn, "arn:aws:sts::000000000000:assumed-role/delivery/delivery-session");
    assert.equal(caller.viaService, "firehose.amazonaws.com");
    assert.throws(() => identities.assume(arn, "s", "lambda.amazonaws.com"), {
      name: "AccessDeniedException",
      message: `User: lambda.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    });
  });

  it("check a trust policy's conditions on source account and source ARN", () => {
    const ofAccount = (id: string) => ({
      Effect: "Allow",
      Principal: { Service: "glue.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": id } },
    });
    const own = makeRole("own", ofAccount("000000000000"));
    const other = makeRole("other", ofAccount("111111111111"));
    const source = makeRole(
      "source",
      trustFirehose({ ArnLike: { "aws:SourceArn": "arn:aws:firehose:*:*:x" } }),
    );
    identities.assume(own, "s", "glue.amazonaws.com");
    assert.throws(() => identities.assume(other, "s", "glue.amazonaws.com"), {
      name: "AccessDeniedException",
    });
    identities.assume(source, "s", "firehose.amazonaws.com", "arn:aws:firehose:us-east-1:0:x");
    assert.throws(() => identities.assume(source, "s", "firehose.amazonaws.com"), {
      name: "AccessDeniedException",
    });
  });

  it("give Firehose the account as external ID, and no source account", () => {
    const external = (id: string) => trustFirehose({ StringEquals: { "sts:ExternalId": id } });
    identities.assume(makeRole("external", external("000000000000")), "s", "firehose.amazonaws.com");
    for (const trust of [
      external("111111111111"),
      trustFirehose({ StringEquals: { "aws:SourceAccount": "000000000000" } }),
    ])
      assert.throws(() => identities.assume(makeRole("refused", trust), "s", "firehose.amazonaws.com"), {
        name: "AccessDeniedException",
      });
  });

  it("refuse an expired session, by the cloud's clock", async () => {
    const arn = makeRole("short", trustFirehose());
    const issued = identities.credentialsFor(arn, "s", "lambda.amazonaws.com");
    assert.equal(issued.expiration.getTime(), START + HOUR);
    assert.equal(
      identities.byAccessKey(issued.accessKeyId, issued.sessionToken).secretAccessKey,
      issued.secretAccessKey,
    );
    await clock.advanceTo(START + HOUR);
    assert.throws(() => identities.byAccessKey(issued.accessKeyId, issued.sessionToken), {
      name: "ExpiredTokenException",
    });
  });

  describe("resource policies", () => {
    const arn = "arn:aws:s3:::lake/a";
    const caller = () => identities.assume(makeRole("bare", trustFirehose()), "s", "firehose.amazonaws.com");
    const onResource = (Effect: string, more: object = {}) =>
      policy({ Effect, Principal: "*", Action: "s3:GetObject", Resource: "*", ...more });
    const ask = (who: ReturnType<typeof caller>, document: string) =>
      identities.authorize(who, "s3:GetObject", [arn], {}, () => document);

    it("allow what identity policies do not allow", () => ask(caller(), onResource("Allow")));

    it("deny what identity policies allow", () => {
      const inline = { all: policy({ Effect: "Allow", Action: "*", Resource: "*" }) };
      const role = makeRole("mighty", trustFirehose(), { inline });
      const who = identities.assume(role, "s", "firehose.amazonaws.com");
      assert.throws(() => ask(who, onResource("Deny")), {
        message: `User: ${who.arn} is not authorized to perform: s3:GetObject on resource: "${arn}" with an explicit deny in a resource-based policy`,
      });
    });

    it("are limited by a permissions boundary, unless they name the session", () => {
      const boundary = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
      const role = makeRole("limited", trustFirehose(), { boundary });
      const who = identities.assume(role, "s", "firehose.amazonaws.com");
      const trusting = (name: string) => onResource("Allow", { Principal: { AWS: name } });
      assert.throws(() => ask(who, trusting(role)), {
        message: /because no permissions boundary allows the s3:GetObject action$/,
      });
      ask(who, trusting(who.arn));
    });

    it("that require TLS accept loopback connections", () => {
      const insecure = { Condition: { Bool: { "aws:SecureTransport": "false" } } };
      assert.throws(() => ask(caller(), onResource("Deny", insecure)), {
        message: /because no identity-based policy/,
      });
    });
  });

  it("provide the request's and the global condition keys to conditions and resource variables", () => {
    const mine = `arn:aws:s3:::lake/\${aws:PrincipalAccount}/*`;
    const Condition = {
      StringEquals: { "aws:RequestedRegion": "us-east-1", "s3:prefix": "csv/" },
      ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/narrow" },
    };
    const narrow = policy({ Effect: "Allow", Action: "s3:ListBucket", Resource: mine, Condition });
    const caller = (name: string) =>
      identities.assume(
        makeRole(name, trustFirehose(), { inline: { narrow } }),
        "s",
        "firehose.amazonaws.com",
      );
    const list = (name: string, resource: string, prefix: string) => () =>
      identities.authorize(caller(name), "s3:ListBucket", [resource], { "s3:prefix": prefix });
    const own = "arn:aws:s3:::lake/000000000000/a";
    list("narrow", own, "csv/")();
    for (const refused of [
      list("narrow", own, "raw/"),
      list("narrow", "arn:aws:s3:::lake/111111111111/a", "csv/"),
      list("other-role", own, "csv/"),
    ])
      assert.throws(refused, { name: "AccessDeniedException" });
  });

  it("limit a role to its permissions boundary", () => {
    const boundary = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    const inline = { all: policy({ Effect: "Allow", Action: "*", Resource: "*" }) };
    const caller = identities.assume(
      makeRole("bounded", trustFirehose(), { inline, boundary }),
      "s",
      "firehose.amazonaws.com",
    );
    identities.authorize(caller, "logs:PutLogEvents", ["arn:aws:logs:us-east-1:0:log-group:a:log-stream:b"]);
    assert.throws(() => identities.authorize(caller, "s3:GetObject", ["arn:aws:s3:::lake/a"]), {
      message: /because no permissions boundary allows the s3:GetObject action$/,
    });
  });

  it("accept additional keys of the administrator", () => {
    assert.deepEqual(identities.byAccessKey("fixed"), {
      caller: identities.administrator,
      secretAccessKey: "by the client",
      guessable: true,
    });
    assert.throws(() => identities.byAccessKey("test"), { name: "UnrecognizedClientException" });
  });

  it("require an identity policy when a resource policy allows the account, but not when it allows the role", () => {
    const caller = identities.assume(makeRole("plain", trustFirehose()), "s", "firehose.amazonaws.com");
    const arn = "arn:aws:s3:::lake/a";
    const to = (AWS: string, Effect = "Allow") =>
      policy({ Effect, Principal: { AWS }, Action: "*", Resource: "*" });
    const ask = (document: string) => () =>
      identities.authorize(caller, "s3:GetObject", [arn], {}, () => document);
    const root = `arn:aws:iam::${caller.accountId}:root`;
    assert.throws(ask(to(root)), {
      message: /because no identity-based policy allows the s3:GetObject action$/,
    });
    assert.throws(ask(to(caller.accountId)), /no identity-based policy/);
    assert.throws(ask(to(root, "Deny")), { message: /with an explicit deny in a resource-based policy$/ });
    ask(to(caller.role?.arn ?? ""))();
    ask(to("*"))();
  });

  it("let a key policy decide alone unless it delegates to the account", () => {
    const inline = { all: policy({ Effect: "Allow", Action: "kms:*", Resource: "*" }) };
    const caller = identities.assume(
      makeRole("keyholder", trustFirehose(), { inline }),
      "s",
      "firehose.amazonaws.com",
    );
    const ask = (Principal: object) => () =>
      identities.authorize(caller, "kms:Decrypt", ["arn:aws:kms:us-east-1:0:key/a"], {}, () =>
        policy({ Effect: "Allow", Principal, Action: "kms:*", Resource: "*" }),
      );
    ask({ AWS: `arn:aws:iam::${caller.accountId}:root` })();
    assert.throws(ask({ Service: "logs.amazonaws.com" }), {
      message: /because no resource-based policy allows the kms:Decrypt action$/,
    });
  });

  it("allow the administrator everything but what a resource's policy denies, as the root user", () => {
    const ask = (action: string, text: string) =>
      identities.authorize(identities.administrator, action, ["arn:aws:s3:::lake"], {}, () => text);
    const denying = policy({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" });
    ask(
      "s3:DeleteBucket",
      policy({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" }),
    );
    ask("s3:DeleteBucket", "no policy");
    for (const action of ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"])
      ask(action, denying);
    assert.throws(() => ask("s3:DeleteBucket", denying), {
      message:
        /s3:DeleteBucket on resource: "arn:aws:s3:::lake" with an explicit deny in a resource-based policy$/,
    });
    const insecure = { Bool: { "aws:SecureTransport": "false" } };
    ask(
      "s3:DeleteBucket",
      policy({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*", Condition: insecure }),
    );
  });
});
