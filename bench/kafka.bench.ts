import { hasEngines, kafkaEngine } from "../test/engines/engines";
import type { Item } from "../tools/consume/events";
import { type Bench, perWallSecond } from "./bench";
import { bareRead, bareSend, createTopic, ourRead, ourSend } from "./kafka-posts";

const POSTS = 1_000_000;
const QUICK_POSTS = 5000;

export const bench: Bench = {
  name: "Kafka: posts sent and read",
  run: async ({ quick, posts = quick ? QUICK_POSTS : POSTS }) => {
    if (!hasEngines("kafka")) return [];
    const kafka = await kafkaEngine();
    await kafka.start();
    const connection = { clientId: "bench", bootstrapBrokers: [kafka.address] };
    const topic = (name: string) => ({ topic: name, connection, posts });
    try {
      for (const name of ["bare", "ours"]) await createTopic(name, connection);
      const floor = await perWallSecond(posts, async () => {
        await bareSend(topic("bare"));
        await bareRead(topic("bare"), async () => {});
      });
      const keys = new Set<string>();
      const put = async (items: readonly Item[]) => {
        for (const item of items) if (item.kind === "event") keys.add(item.event.partitionKey);
      };
      let rows = 0;
      const value = await perWallSecond(posts, async () => {
        await ourSend(topic("ours"));
        rows = await ourRead(topic("ours"), { put });
      });
      return [
        {
          metric: "posts sent, read and validated",
          ...{ value, unit: "posts/s" },
          against: { what: "a bare loop with the same client", value: floor },
          target: { atLeast: 0.6 },
        },
        {
          metric: "distinct keys read",
          ...{ value: keys.size, unit: "keys" },
          against: { what: "posts sent", value: posts },
          target: { atLeast: 1 },
        },
        {
          metric: "rows read",
          ...{ value: rows, unit: "rows" },
          against: { what: "posts sent", value: posts },
          target: { atMost: 1 },
        },
      ];
    } finally {
      await kafka.remove();
    }
  },
};
