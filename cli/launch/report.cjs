/**
 * `npm run report`, started quickly: the command's TypeScript and what it uses of the SDK, bundled once per state of
 * the sources. A report's first row would otherwise wait for the TypeScript loader and three whole SDK clients.
 * Plain CommonJS, because it runs before anything can read TypeScript.
 */
const { join } = require("node:path");
const { bundle, freshBundle } = require("./bundle.cjs");

const cache = join(__dirname, "..", "..", "node_modules", ".cache", "pricelake");

async function main() {
  let file = freshBundle(cache);
  try {
    file ??= await bundle(cache);
  } catch {
    // A folder that cannot be written, no esbuild for this machine: slower, and the same otherwise.
    require("tsx/cjs");
    require("./entry.ts");
    return;
  }
  require(file);
}

void main();
