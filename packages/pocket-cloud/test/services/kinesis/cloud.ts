import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { type Cloud, type CloudOptions, startCloud } from "../../../cloud";

export interface Lab {
  readonly cloud: Cloud;
  readonly kinesis: KinesisClient;
  readonly dir: string;
  /** Stops the cloud and starts it again with the same state. */
  restart(options?: Partial<CloudOptions>): Promise<Lab>;
  end(): Promise<void>;
}

/** A cloud with its own directory, and an SDK client that calls it through its port. */
export async function lab(
  options: Partial<CloudOptions> = {},
  dir = mkdtempSync(join(tmpdir(), "kinesis-")),
): Promise<Lab> {
  const cloud = await startCloud({ dir, ...options });
  const kinesis = new KinesisClient({
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: cloud.credentials,
    maxAttempts: 1,
  });
  const close = async () => {
    kinesis.destroy();
    await cloud.stop();
  };
  return {
    cloud,
    kinesis,
    dir,
    restart: async (changed) => {
      await close();
      return lab({ ...options, ...changed }, dir);
    },
    end: async () => {
      await close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
