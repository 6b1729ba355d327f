import { AwsError } from "../../errors";
import type { Service } from "../../service";

/** A Kinesis with one good answer, one refusal and one mistake of ours. */
export const kinesis: Service<"kinesis"> = {
  name: "kinesis",
  operations: {
    ListStreams: { run: () => ({ StreamNames: ["prices"], HasMoreStreams: false }) },
    PutRecord: {
      run: () => {
        throw new AwsError("ResourceNotFoundException", "Stream nope under account 000000000000 not found.");
      },
    },
    DescribeLimits: {
      run: () => {
        throw new TypeError("a mistake of ours");
      },
    },
  },
};
