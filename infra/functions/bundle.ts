import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { treeShakeSdk } from "./tree-shake-sdk";

const root = join(__dirname, "../..");
const unusedSdk = join(root, "infra/functions/unused-sdk.ts");

/** The Node version of Lambda's runtime. */
const TARGET = "node22";

let bundles: Promise<ReadonlyMap<string, string>> | undefined;

/**
 * `functions/<name>/handler.ts` as one minified CommonJS file for `index.handler`, with the SDK. The same sources give
 * the same bytes in any folder on any day. All functions are built together, because they share the SDK.
 */
export async function bundleFunction(name: string): Promise<string> {
  bundles ??= bundleAll();
  const text = (await bundles).get(name);
  if (text === undefined) throw new Error(`no function ${name}: ${handlerOf(name)} does not exist`);
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
  // tsconfig.json is for the type checker only.
  tsconfigRaw: "{}",
  // Only ES modules are tree-shaken.
  mainFields: ["module", "main"],
  plugins: [treeShakeSdk],
  alias: {
    "@aws-sdk/credential-provider-node": unusedSdk,
    "@smithy/core/event-streams": unusedSdk,
    "@aws-sdk/endpoint-cache": unusedSdk,
  },
} as const satisfies BuildOptions;
