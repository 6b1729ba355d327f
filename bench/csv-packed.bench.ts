import { csvBench } from "./csv";

export const bench = csvBench("packed", { atLeast: 0.8 });
