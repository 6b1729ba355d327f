import { strict as assert } from "node:assert";
import type { Caller } from "../caller";
import { Dispatcher } from "../dispatch";
import { Faults } from "../faults";
import { conditionKeysOf, type GivenKeys, type Identities, type Service } from "../service";

const caller: Caller = {
  accountId: "000000000000",
  arn: "arn:aws:iam::000000000000:root",
  userId: "000000000000",
};
const ROLE = "arn:aws:iam::000000000000:role/r";

describe("Dispatcher", () => {
  const asked: unknown[] = [];
  const identities = {
    authorize: (_caller: Caller, action: string, resources: readonly string[], given: GivenKeys = {}) =>
      void asked.push([action, resources, conditionKeysOf(given)]),
  } as unknown as Identities;
  const lambda: Service<"lambda"> = {
    name: "lambda",
    operations: {
      CreateFunction: {
        resources: ({ FunctionName }) => [`arn:aws:lambda:us-east-1:000000000000:function:${FunctionName}`],
        context: () => ({ "lambda:Layer": "none" }),
        passes: ({ Role }) => [Role],
        run: () => ({}),
      },
      GetAccountSettings: { actions: [], run: (_input, { requestId }) => ({ requestId }) as never },
      ListFunctions: { run: () => ({ Functions: [] }) },
    },
  };
  const faults = new Faults();
  const dispatcher = new Dispatcher(() => identities, faults);
  dispatcher.add(lambda as Service);
  beforeEach(() => asked.splice(0));

  it("authorizes an operation with its condition keys, and PassRole for its roles", async () => {
    await dispatcher.dispatch(
      "lambda",
      "CreateFunction",
      { FunctionName: "f", Role: ROLE, Code: {} },
      caller,
    );
    assert.deepEqual(asked, [
      [
        "lambda:CreateFunction",
        ["arn:aws:lambda:us-east-1:000000000000:function:f"],
        { "lambda:Layer": "none" },
      ],
      [
        "iam:PassRole",
        [ROLE],
        {
          "iam:PassedToService": "lambda.amazonaws.com",
          "iam:AssociatedResourceArn": ["arn:aws:lambda:us-east-1:000000000000:function:f"],
        },
      ],
    ]);
  });

  it('authorizes "*" without resources, and nothing with an empty list of actions', async () => {
    await dispatcher.dispatch("lambda", "ListFunctions", {}, caller);
    await dispatcher.dispatch("lambda", "GetAccountSettings", {}, caller);
    assert.deepEqual(asked, [["lambda:ListFunctions", ["*"], {}]]);
  });

  it("passes the request ID to the operation", async () => {
    const output = await dispatcher.dispatch("lambda", "GetAccountSettings", {}, caller, {
      requestId: "one",
    });
    assert.deepEqual(output, { requestId: "one" });
  });

  it("names the operation or service that is not supported", async () => {
    await assert.rejects(dispatcher.dispatch("lambda", "DeleteFunction", {}, caller), {
      name: "NotImplementedException",
      message: "The embedded cloud does not support the operation DeleteFunction of lambda",
      status: 501,
    });
    await assert.rejects(dispatcher.dispatch("ec2", "RunInstances", {}, caller), {
      message: "The embedded cloud does not run the service ec2",
    });
  });

  it("injects faults before the operation, and lost answers after it", async () => {
    faults.set([
      {
        service: "lambda",
        operation: "ListFunctions",
        fault: { kind: "error", code: "ServiceException", status: 500 },
        times: 1,
      },
      { service: "lambda", operation: "*", fault: { kind: "lost-ack" }, times: 1 },
    ]);
    await assert.rejects(dispatcher.dispatch("lambda", "ListFunctions", {}, caller), {
      name: "ServiceException",
    });
    await assert.rejects(dispatcher.dispatch("lambda", "ListFunctions", {}, caller));
    assert.deepEqual(await dispatcher.dispatch("lambda", "ListFunctions", {}, caller), { Functions: [] });
  });
});
