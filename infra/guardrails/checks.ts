export { exemptionsFor } from "./exemptions";
export { policies } from "./policies";
export { check, type Declared, type Violation } from "./policy";
export { type Widening, widenings } from "./widening";
