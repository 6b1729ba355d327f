import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UpdateFunctionCodeCommand } from "@aws-sdk/client-lambda";
import { build } from "esbuild";
import { strToU8, zipSync } from "fflate";
import { bundleFunction } from "../../../infra/functions/bundle";
import { name, type World } from "./world";

/** A change of a function. Those of write-csv below must not go unnoticed. */
export interface Mutation {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const mutations: readonly Mutation[] = [
  {
    what: "a key that is another at each attempt",
    file: "data/records/keys.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    from: "${shardId}-${sequence}.csv",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    to: "${shardId}-${Math.random()}.csv",
  },
  {
    what: "a swallowed error",
    file: "functions/write-csv/write.ts",
    from: "if (failures.length === 0 || first === undefined)",
    to: "if (failures.length >= 0 || first === undefined)",
  },
  {
    what: "a conditional put",
    file: "functions/shared/lake.ts",
    from: "Body: body,",
    to: 'Body: body, IfNoneMatch: "*",',
  },
  {
    what: "a dropped alias",
    file: "data/feeds/field-names.ts",
    from: "if (column === undefined || Object.hasOwn(fields, column)) unknown.push(name);",
    to: "if (column === undefined || column !== name) unknown.push(name);",
  },
  {
    what: "an ignored unknown field",
    file: "functions/write-csv/core.ts",
    from: "unknown.add(read.unknown, record.eventID, read.text);",
    to: "",
  },
  {
    what: "a quarantined line that is encoded again",
    file: "data/records/rows.ts",
    from: "?? { ...result, text }",
    to: "?? { ...result, text: JSON.stringify(line.value) }",
  },
];

const root = join(__dirname, "../../..");

/** Puts the mutant in the function's place; what it returns puts the function back. */
export async function mutate(
  world: World,
  mutation: Mutation,
  { code = "write-csv", feed = "crypto" } = {},
): Promise<() => Promise<void>> {
  const FunctionName = name.function(code, feed);
  await install(world, FunctionName, await mutant(mutation, code));
  return async () => install(world, FunctionName, await bundleFunction(code));
}

async function install({ lambda }: World, FunctionName: string, code: string): Promise<void> {
  await lambda.send(
    new UpdateFunctionCodeCommand({
      FunctionName,
      ZipFile: zipSync({ "index.js": strToU8(code) }),
    }),
  );
}

async function mutant({ file, from, to }: Mutation, code: string): Promise<string> {
  const path = join(root, file);
  const source = readFileSync(path, "utf8");
  if (source.split(from).length !== 2) throw new Error(`${file} has not exactly one ${from}`);
  const { outputFiles } = await build({
    entryPoints: [join(root, `functions/${code}/handler.ts`)],
    bundle: true,
    minify: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node22",
    tsconfigRaw: "{}",
    logLevel: "error",
    plugins: [
      {
        name: "mutation",
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.ts$/ }, (args) =>
            args.path === path ? { contents: source.replace(from, () => to), loader: "ts" } : undefined,
          ),
      },
    ],
  });
  return outputFiles[0]?.text ?? "";
}
