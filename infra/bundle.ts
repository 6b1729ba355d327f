import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { shakeSdk } from "./shake-sdk";

const root = join(__dirname, "..");
const leftOut = join(root, "functions/shared/left-out.ts");

/** Node of Lambda's runtime; what the bundles may use. */
const TARGET = "node22";

const bundles = new Map<string, Promise<string>>();

/**
 * `functions/<name>/handler.ts` as one minified CommonJS file, the SDK included, for `index.handler`. The same source
 * gives the same bytes in any folder on any day: nothing of paths or dates gets in. Made once, while the caller goes on.
 */
export function bundleFunction(name: string): Promise<string> {
  const text =
    bundles.get(name) ?? build(optionsOf(name)).then(({ outputFiles }) => outputFiles[0]?.text ?? "");
  bundles.set(name, text);
  return text;
}

const optionsOf = (name: string) =>
  ({
    absWorkingDir: root,
    entryPoints: [`functions/${name}/handler.ts`],
    bundle: true,
    minify: true,
    write: false,
    outfile: "index.js",
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
  }) as const satisfies BuildOptions;
