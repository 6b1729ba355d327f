/** Where Pulumi starts the policy pack; what it would read TypeScript with itself is of another age. */
require("tsx/cjs");
require("./pack.ts");
