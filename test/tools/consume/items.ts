import type { Event, Item } from "../../../tools/consume/events";

/** An event as a source reads it. */
export const itemOf = (value: unknown, place: Partial<Event> = {}): Item => ({
  kind: "event",
  event: {
    shardId: "shardId-000000000000",
    sequenceNumber: "1",
    partitionKey: "k",
    arrival: "2026-01-02T03:04:05.000Z",
    value,
    text: JSON.stringify(value),
    ...place,
  },
});
