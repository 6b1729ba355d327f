import { strict as assert } from "node:assert";
import { connectionsFor, isAws } from "../../../tools/agent/destinations";

describe("connectionsFor", () => {
  const none = { kinesis: undefined, firehose: undefined, cloudwatch: undefined };

  it("takes each service's endpoint from the configuration, and its region from AWS's own", () => {
    const connections = connectionsFor(
      { region: "us-east-1" },
      { ...none, kinesis: "https://kinesis.eu-west-1.amazonaws.com", firehose: "http://127.0.0.1:4566" },
    );
    assert.deepEqual(connections, {
      kinesis: { region: "eu-west-1", endpoint: "https://kinesis.eu-west-1.amazonaws.com" },
      firehose: { region: "us-east-1", endpoint: "http://127.0.0.1:4566" },
      cloudwatch: { region: "us-east-1" },
    });
  });

  for (const [endpoint, region] of [
    ["https://vpce-0a1b-c2d3.kinesis.ap-southeast-2.vpce.amazonaws.com", "ap-southeast-2"],
    ["https://123456789012.control-kinesis.us-gov-west-1.amazonaws.com/", "us-gov-west-1"],
    ["https://kinesis.cn-north-1.amazonaws.com.cn", "cn-north-1"],
    ["https://kinesis.us-east-2.api.aws", "us-east-2"],
  ] as const)
    it(`signs for ${region} at ${endpoint}`, () => {
      assert.equal(connectionsFor({}, { ...none, kinesis: endpoint }).kinesis.region, region);
      assert.equal(isAws(endpoint), true);
    });

  it("tells AWS endpoints from others", () => {
    for (const endpoint of ["http://127.0.0.1:4566", "https://amazonaws.com.example.org", undefined])
      assert.equal(isAws(endpoint), false);
  });
});
