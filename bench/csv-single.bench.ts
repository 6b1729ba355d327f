import { csvBench } from "./csv";

export const bench = csvBench("single", { atLeast: 0.5 });
