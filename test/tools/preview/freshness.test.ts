import { strict as assert } from "node:assert";
import { estimate } from "../../../infra/cost";
import type { PreviewResource } from "../../../packages/pulumi-local";
import { freshnessLines } from "../../../tools/preview/freshness";

const resource = (type: string, name: string, inputs: PreviewResource["inputs"]): PreviewResource => ({
  ...{ urn: "", type, name, custom: true, parent: "", inputs, dependencies: [] },
  ...{ protect: false, retainOnDelete: false, id: name, outputs: {} },
});

const FUNCTION = "aws:lambda/function:Function";
const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";

const stack = (window: number, pollSeconds: number): PreviewResource[] => [
  resource(FUNCTION, "poll-prices", {
    environment: {
      variables: { POLL_SECONDS: String(pollSeconds), TICK_SECONDS: "60", COINS: "250", LANES: "4" },
    },
  }),
  resource(FUNCTION, "write-csv-crypto", { memorySize: 512 }),
  resource(MAPPING, "write-csv-crypto-mapping", { maximumBatchingWindowInSeconds: window }),
];

const lines = (resources: PreviewResource[]) =>
  freshnessLines(resources, "us-east-1", estimate(resources, "us-east-1"));

describe("How fresh csv/ is", () => {
  it("is said with the objects of a month, and what other goals cost", () => {
    const [crypto, others] = lines(stack(60, 30));
    assert.equal(crypto, "crypto: within 75 s (window 60 s), 43200 objects a month");
    assert.match(
      others ?? "",
      /^other goals: freshnessSeconds 30: \+\$\d+\.\d\d a month; freshnessSeconds 75: the same; /,
    );
    assert.match(others ?? "", /freshnessSeconds 315: -\$\d+\.\d\d a month$/);
  });

  it("costs the same with each goal that allows for no two polls in a batch", () => {
    const [crypto, others] = lines(stack(15, 900));
    assert.equal(crypto, "crypto: within 30 s (window 15 s), 2880 objects a month");
    assert.equal(
      others,
      "other goals: freshnessSeconds 30: the same; freshnessSeconds 75: the same; freshnessSeconds 315: the same",
    );
  });

  it("is not said of a stack without functions on streams", () => {
    assert.deepEqual(lines([]), []);
  });
});
