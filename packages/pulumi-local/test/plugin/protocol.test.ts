import { strict as assert } from "node:assert";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { properties } from "../../grpc";
import { UNKNOWN } from "../../values";

import { LOG_GROUP, pluginEngine } from "./engine";

describe("The provider plugin", () => {
  const { engine, logs, ask, configure, check, create } = pluginEngine();

  it("keeps secrets apart and answers previews", async () => {
    const handshake = await ask<proto.ProviderHandshakeResponse>((done) =>
      engine().handshake(new proto.ProviderHandshakeRequest(), done),
    );
    assert.equal(handshake.getAcceptSecrets(), true);
    const configured = await configure({});
    assert.deepEqual([configured.getAcceptsecrets(), configured.getSupportspreview()], [true, true]);
    const info = await ask<PluginInfo>((done) => engine().getPluginInfo(new Empty(), done));
    assert.equal(info.getVersion(), "7.48.0");
  });

  it("is not configured without a region, an endpoint, or a cloud at the endpoint", async () => {
    await assert.rejects(
      configure({ region: "" }),
      /: no AWS region: set aws:region in the stack's configuration/,
    );
    await assert.rejects(
      configure({ endpoints: "[]" }),
      /no endpoint for sts: pulumi-local deploys to an emulator only\. Set AWS_ENDPOINT_URL, or aws:endpoints/,
    );
    await assert.rejects(
      configure({ endpoints: '[{"sts":"http://127.0.0.1:9"}]' }),
      /sts:GetCallerIdentity: .*ECONNREFUSED/,
    );
    await configure({});
  });

  it("answers invokes with the account and region of the endpoint", async () => {
    const invoke = async (token: string) =>
      properties(
        (
          await ask<proto.InvokeResponse>((done) =>
            engine().invoke(new proto.InvokeRequest().setTok(token), done),
          )
        ).getReturn(),
      );
    assert.equal((await invoke("aws:index/getCallerIdentity:getCallerIdentity")).accountId, "000000000000");
    assert.equal((await invoke("aws:index/getRegion:getRegion")).region, "eu-west-1");
    await assert.rejects(
      invoke("aws:ec2/getVpc:getVpc"),
      /the function aws:ec2\/getVpc:getVpc is not supported/,
    );
  });

  it("gives a resource without a name one that stays", async () => {
    const first = await check(LOG_GROUP, "web", { retentionInDays: 1 });
    assert.deepEqual(first, { name: "web-abcdef0", retentionInDays: 1, __defaults: ["name"] });
    const kept = await check(LOG_GROUP, "web", { retentionInDays: 3 }, { ...first, name: "web-1234567" });
    assert.equal(kept.name, "web-1234567");
    // The program gave the old name, and gives none now.
    const renamed = await check(LOG_GROUP, "web", {}, { name: "/web" });
    assert.equal(renamed.name, "web-abcdef0");
    await assert.rejects(
      check("aws:ec2/instance:Instance", "vm", {}),
      /aws:ec2\/instance:Instance is not supported/,
    );
  });

  it("creates nothing during a preview, and leaves what AWS chooses unknown", async () => {
    const planned = await create(LOG_GROUP, "planned", { name: "/planned", kmsKeyId: UNKNOWN }, true);
    assert.deepEqual(planned, {
      id: "",
      outputs: { name: "/planned", kmsKeyId: UNKNOWN, tagsAll: { project: "shop" } },
    });
    const { logGroups } = await logs().send(new DescribeLogGroupsCommand({}));
    assert.deepEqual(logGroups, []);
  });
});
