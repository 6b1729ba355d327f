import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { shakeSdk } from "./shake-sdk";

const root = join(__dirname, "..");
const leftOut = join(root, "infra/unused-sdk.ts");

/** Node of Lambda's runtime; what the bundles may use. */
const TARGET = "node22";

let bundles: Promise<ReadonlyMap<string, string>> | undefined;

/**
 * `functions/<name>/handler.ts` as one minified CommonJS file, the SDK included, for `index.handler`. The same source
 * gives the same bytes in any folder on any day: nothing of paths or dates gets in. All are made at once, for they
 * share the SDK, while the caller goes on.
 */
export async function bundleFunction(name: string): Promise<string> {
  bundles ??= bundleAll();
  const text = (await bundles).get(name);
  if (text === undefined) throw new Error(`there is no ${handlerOf(name)}`);
  return text;
}

async function bundleAll(): Promise<ReadonlyMap<string, string>> {
  const names = readdirSync(join(root, "functions")).filter((name) =>
    existsSync(join(root, handlerOf(name))),
  );
  const entryPoints = names.map((name) => ({ in: handlerOf(name), out: name }));
  const { outputFiles } = await build({ ...OPTIONS, entryPoints });
  return new Map(outputFiles.map(({ path, text }) => [basename(path, ".js"), text]));
}

const handlerOf = (name: string): string => `functions/${name}/handler.ts`;

const OPTIONS = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  write: false,
  outdir: "out",
  platform: "node",
  format: "cjs",
  target: TARGET,
  legalComments: "none",
  logLevel: "error",
  // The type checker's settings are nothing to a bundle.
  tsconfigRaw: "{}",
  // ES modules shake; CommonJS builds of the same packages would come whole.
  mainFields: ["module", "main"],
  plugins: [shakeSdk],
  alias: {
    "@aws-sdk/credential-provider-node": leftOut,
    "@smithy/core/event-streams": leftOut,
    "@aws-sdk/endpoint-cache": leftOut,
  },
} as const satisfies BuildOptions;
