import { strict as assert } from "node:assert";
import { forPeople } from "../../../analytics/render/numbers";

const shown = (cell: string): string => forPeople({ name: "price_usd", type: "double", unit: "USD" }, cell);

describe("Numbers for people", () => {
  it("have about five significant digits", () => {
    assert.deepEqual(["123456.789", "12.3456789", "0.123456789", "1.2345678E-7"].map(shown), [
      "123,456.79",
      "12.3457",
      "0.12346",
      "0.00000012346",
    ]);
  });

  it("keep these digits in the smallest prices", () => {
    assert.deepEqual(["1.2345678E-10", "1.5E-12", "4.4E-13", "-4.4E-13", "0.0"].map(shown), [
      "0.00000000012346",
      "0.0000000000015000",
      "4.4E-13",
      "-4.4E-13",
      "0.00",
    ]);
  });
});
