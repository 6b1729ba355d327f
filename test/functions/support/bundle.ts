import Module from "node:module";
import type { Context } from "../../../functions/shared/context";
import { bundleFunction } from "../../../infra/functions/bundle";
import type { Cloud } from "../../../packages/pocket-cloud";

type Handler = (event: unknown, context: Context) => Promise<unknown>;

interface CompilableModule extends NodeJS.Module {
  _compile(code: string, filename: string): void;
}

/** A cold start: the function's real bundle, loaded anew with this environment against the embedded cloud. */
export async function coldStart(
  name: string,
  cloud: Cloud,
  environment: Readonly<Record<string, string>>,
): Promise<Handler> {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
    ...environment,
  });
  const module = new Module(`${name}.js`) as CompilableModule;
  module._compile(await bundleFunction(name), `${name}.js`);
  return (module.exports as { handler: Handler }).handler;
}

/** The lines that the function writes to standard output during `run`, parsed. */
export async function logged<T>(
  run: () => Promise<T>,
): Promise<{ result: T; lines: Record<string, unknown>[] }> {
  const lines: Record<string, unknown>[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((text: string) => {
    if (text.startsWith("{")) lines.push(JSON.parse(text) as Record<string, unknown>);
    return true;
  }) as typeof process.stdout.write;
  try {
    return { result: await run(), lines };
  } finally {
    process.stdout.write = write;
  }
}
