import { inTime } from "../in-time";

const CLOSE_MS = 5000;

/** Closes a client. A broker that is away must not hold the command up. */
export async function closed(client: { close(force: boolean): Promise<void> }): Promise<void> {
  await inTime(client.close(true), CLOSE_MS).catch(() => {});
}
