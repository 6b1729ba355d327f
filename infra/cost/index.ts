export { estimate } from "./estimate";
export type { CostLine, Estimate, Priced } from "./model";
