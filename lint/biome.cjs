/** Runs Biome with the given arguments. It has an installation of its own: 64 MB that only `npm run lint` and `npm run format` need. */
const { spawnSync } = require("node:child_process");

function biome() {
  try {
    return require.resolve("@biomejs/biome/bin/biome");
  } catch {
    process.stderr.write("Biome is not installed: npm ci --prefix lint\n");
    process.exit(2);
  }
}

process.exitCode =
  spawnSync(process.execPath, [biome(), ...process.argv.slice(2)], { stdio: "inherit" }).status ?? 1;
