import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { type Watching, watchdog } from "../../../../../tools/consume/sources/kafka/watchdog";

describe("The watchdog of a Kafka client", () => {
  function watch(options: Partial<Watching>) {
    const stalls: string[] = [];
    const watched = watchdog({
      waiting: async () => true,
      busy: () => false,
      onStall: (reason) => stalls.push(reason),
      checkMillis: 20,
      answerMillis: 40,
      ...options,
    });
    return { stalls, ...watched };
  }

  it("reports messages that wait while nothing is read", async () => {
    const { stalls, stop } = watch({});
    await sleep(120);
    stop();
    assert.equal(stalls[0], "nothing was read for 0.04 s although messages wait");
  });

  it("reports a broker that does not answer, or refuses", async () => {
    const silent = watch({ waiting: () => new Promise(() => {}) });
    const refusing = watch({ waiting: () => Promise.reject(new Error("closed")) });
    await sleep(120);
    silent.stop();
    refusing.stop();
    assert.equal(silent.stalls[0], "no answer for 0.04 s");
    assert.equal(refusing.stalls[0], "closed");
  });

  it("is silent while messages are read, while they are stored, and at the end of the topic", async () => {
    // Longer than the pauses of this process on a machine with other work.
    const answerMillis = 1000;
    const reading = watch({ answerMillis });
    const storing = watch({ answerMillis, busy: () => true });
    const idle = watch({ answerMillis, waiting: async () => false });
    const messages = setInterval(reading.alive, 5);
    await sleep(2500);
    clearInterval(messages);
    for (const { stop } of [reading, storing, idle]) stop();
    assert.deepEqual([reading.stalls, storing.stalls, idle.stalls], [[], [], []]);
  });
});
