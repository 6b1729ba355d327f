import { join } from "node:path";
import { buildSync, transformSync } from "esbuild";

const root = join(__dirname, "..");

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
    const { outputFiles } = buildSync({
      absWorkingDir: root,
      entryPoints: [`functions/${name}/handler.ts`],
      bundle: true,
      write: false,
      outfile: "index.js",
      platform: "node",
      format: "cjs",
      target: TARGET,
      charset: "utf8",
      legalComments: "none",
      logLevel: "error",
      // ES modules shake; CommonJS builds of the same packages would come whole.
      mainFields: ["module", "main"],
      // The SDK's search for credentials in files, SSO and metadata services: a third of a bundle, never used.
      alias: {
        "@aws-sdk/credential-provider-node": join(root, "functions/shared/no-default-credentials.ts"),
      },
    });
    text = minify(outputFiles[0]?.text ?? "");
    bundled.set(name, text);
  }
  return { "index.js": text };
}

/** The schema of one shape in an SDK client: `var Name$ = [` … `];` with every line between indented. */
const shapeSchema = /^var (\w+\$\d*) = (\[\n(?: {2}.*\n)*?\]);$/gm;

/**
 * A client brings the schemas of all its operations, because esbuild cannot know that the computed names in them do
 * nothing. Said so, those of operations that the function never calls are dropped: a fifth of the S3 client.
 */
const minify = (bundle: string): string =>
  transformSync(bundle.replace(shapeSchema, "var $1 = /* @__PURE__ */ (() => $2)();"), {
    loader: "js",
    format: "cjs",
    platform: "node",
    target: TARGET,
    charset: "utf8",
    legalComments: "none",
    minify: true,
    treeShaking: true,
  }).code;
