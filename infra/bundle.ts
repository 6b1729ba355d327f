import { join } from "node:path";
import { type BuildOptions, build, buildSync } from "esbuild";

const root = join(__dirname, "..");
const leftOut = join(root, "functions/shared/left-out.ts");

/** Node of Lambda's runtime; what the bundles may use. */
const TARGET = "node22";

const bundled = new Map<string, string>();

/**
 * `functions/<name>/handler.ts` as one minified CommonJS file, the SDK included, for `index.handler`. The same source
 * gives the same bytes in any folder on any day: nothing of paths or dates gets in.
 */
export function bundleFunction(name: string): { readonly "index.js": string } {
  let text = bundled.get(name);
  if (text === undefined) {
    text = buildSync(optionsOf(name)).outputFiles[0]?.text ?? "";
    bundled.set(name, text);
  }
  return { "index.js": text };
}

const bundling = new Map<string, Promise<string>>();

/** The text of {@link bundleFunction}, made while the caller goes on; asked for once, it serves all who ask again. */
export function bundleText(name: string): Promise<string> {
  const text =
    bundling.get(name) ?? build(optionsOf(name)).then(({ outputFiles }) => outputFiles[0]?.text ?? "");
  bundling.set(name, text);
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
    charset: "utf8",
    legalComments: "none",
    logLevel: "error",
    // The type checker's settings are nothing to a bundle.
    tsconfigRaw: "{}",
    // ES modules shake; CommonJS builds of the same packages would come whole.
    mainFields: ["module", "main"],
    alias: {
      "@aws-sdk/credential-provider-node": leftOut,
      "@smithy/core/event-streams": leftOut,
      "@aws-sdk/endpoint-cache": leftOut,
    },
  }) as const satisfies BuildOptions;
