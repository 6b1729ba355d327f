import { executablePath, launch } from "../test/support/browser";
import { startDemo } from "../test/support/demo";
import { type Bench, type Figure, median } from "./bench";
import { fillPrefix, fillStream } from "./console/large";
import { open, openTab, pagesOf, searchMillis } from "./console/pages";

const RECORDS = 1_000_000;
const OBJECTS = 100_000;
const ROUNDS = 3;
const WINDOWS = 6;
const WINDOW_MS = 15_000;
/** Open at once, so that the difference is larger than what the pipeline's own load varies by. */
const TABS = 8;

export const bench: Bench = {
  name: "The console with a large stream and a large prefix",
  run: async ({ quick }) => {
    if (quick || executablePath === undefined) {
      process.stderr.write(
        quick ? "skipped: the browser tests open each page\n" : "skipped: there is no chromium\n",
      );
      return [];
    }
    const server = await startDemo();
    const browser = await launch();
    const { endpoint, region } = server.cloud;
    const bucket = `pricelake-local-lake-000000000000-${region}`;
    try {
      await fillStream(server.cloud, RECORDS);
      await fillPrefix(server.cloud, bucket, OBJECTS);
      const memory: number[] = [];
      const heaps: number[] = [];
      const times = new Map<string, number[]>();
      for (let round = 0; round < ROUNDS; round++) {
        for (const [name, page] of Object.entries(pagesOf(bucket))) {
          const { millis, calls, heapMegabytes, problem } = await open(browser, endpoint, page);
          if (problem !== "") throw new Error(`${name} shows: ${problem}`);
          process.stderr.write(
            `${name}: ${Math.round(millis)} ms, ${calls} calls, ${heapMegabytes.toFixed(1)} MB\n`,
          );
          heaps.push(heapMegabytes);
          times.set(name, [...(times.get(name) ?? []), millis]);
        }
        memory.push(server.memoryMegabytes());
      }
      const pages = [...times].map(
        ([name, each]): Figure => ({
          metric: `${name}, opened`,
          ...{ value: Math.min(...each), unit: "ms" },
          target: { atMost: 1000 },
        }),
      );
      return [
        ...pages,
        {
          metric: "memory of the cloud after the last round",
          ...{ value: memory.at(-1) ?? 0, unit: "MB" },
          against: { what: "after the first round", value: memory[0] ?? 0 },
          target: { atMost: 1.2 },
        },
        {
          metric: "100,000 records searched in vain",
          ...{ value: await searchMillis(browser, endpoint), unit: "ms" },
          target: { atMost: 5000 },
        },
        {
          metric: "largest heap of a page",
          ...{ value: Math.max(...heaps), unit: "MB" },
          target: { atMost: 50 },
        },
        await polling(),
      ];
    } finally {
      await browser.close();
      await server.stop();
    }

    /** CPU time of the cloud with the overview open and closed, in pairs, while the pipeline runs. */
    async function polling(): Promise<Figure> {
      const differences: number[] = [];
      const measure = async () => {
        const before = server.cpuMillis();
        await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
        return (server.cpuMillis() - before) / WINDOW_MS;
      };
      for (let pair = 0; pair < WINDOWS; pair++) {
        const closed = await measure();
        const tabs = await Promise.all(Array.from({ length: TABS }, () => openTab(browser, endpoint, "/")));
        // Opening a page is not polling.
        await new Promise((resolve) => setTimeout(resolve, 5000));
        differences.push(((await measure()) - closed) / TABS);
        await Promise.all(tabs.map((tab) => tab.close()));
      }
      return {
        metric: "share of a core that the open overview takes",
        ...{ value: 100 * median(differences), unit: "%" },
        target: { atMost: 3 },
      };
    }
  },
};
