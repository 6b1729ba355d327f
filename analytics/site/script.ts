import { join } from "node:path";

/** The pages' script as one small file. It draws with the code that drew the charts. */
export async function bundleScript(): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, "browser", "chart.ts")],
    bundle: true,
    minify: true,
    write: false,
    platform: "browser",
    format: "iife",
    target: "es2020",
    tsconfigRaw: "{}",
    legalComments: "none",
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}
