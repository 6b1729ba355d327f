import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Glue } from "@aws-sdk/client-glue";
import { type Cloud, type CloudOptions, startCloud } from "../../../cloud";

export interface Lab {
  readonly cloud: Cloud;
  readonly glue: Glue;
  /** Stops the cloud and starts it again with the same state. */
  restart(): Promise<Lab>;
  end(): Promise<void>;
}

/** A cloud with its own directory, and an SDK client that calls it through its port. */
export async function lab(
  options: Partial<CloudOptions> = {},
  dir = mkdtempSync(join(tmpdir(), "glue-")),
): Promise<Lab> {
  const cloud = await startCloud({ dir, ...options });
  const { endpoint, region, credentials } = cloud;
  const glue = new Glue({ endpoint, region, credentials, maxAttempts: 1 });
  const close = async () => {
    glue.destroy();
    await cloud.stop();
  };
  return {
    cloud,
    glue,
    restart: async () => {
      await close();
      return lab(options, dir);
    },
    end: async () => {
      await close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** For assert.rejects: checks AWS's error code and message. */
export const awsError = (name: string, message: string) => (error: unknown) => {
  const got = error as Error;
  if (got.name !== name || got.message !== message)
    throw new Error(`${got.name}: ${got.message}`, { cause: error });
  return true;
};
