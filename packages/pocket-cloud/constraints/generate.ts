/**
 * Writes data/<service>.json from the service models in botocore's wheel:
 *
 *     pip download botocore --no-deps && unzip botocore-*.whl
 *     node --require tsx/cjs packages/pocket-cloud/constraints/generate.ts botocore
 *
 * The files have the constraints of the supported operations' inputs, and name the models that they were made from.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { startCloud } from "../index";
import { type Correction, corrections } from "./corrections";
import type { ServiceConstraints, ShapeConstraints } from "./model";
import { wholeText } from "./validate";

/** Folders of the models, where the name is not that of the service. DynamoDB Streams has a model of its own. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  dynamodb: ["dynamodb", "dynamodbstreams"],
  monitoring: ["cloudwatch"],
};

interface ModelShape {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly sensitive?: boolean;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
}

interface Model {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

/** Services that check nothing by their model but that required members exist, with messages of their own for the rest. */
const REQUIRED_ONLY: ReadonlySet<string> = new Set(["s3", "sns", "sqs"]);

/** The model in a folder of botocore, and its API version. */
function readModel(botocore: string, folder: string): { model: Model; version: string } {
  const versions = join(botocore, "data", folder);
  const version = readdirSync(versions).sort().at(-1) ?? "";
  const text = gunzipSync(readFileSync(join(versions, version, "service-2.json.gz"))).toString();
  return { model: JSON.parse(text) as Model, version };
}

const NUMBERS = new Set(["integer", "long", "double", "float"]);

/** The constraints on the inputs of operations, without shapes that have none. */
function constraintsOf(
  model: Model,
  operations: readonly string[],
  fixes: readonly Correction[],
  requiredOnly: boolean,
) {
  const corrected = (name: string) => fixes.some(({ shape }) => shape === name);
  /** The shape of a member; a correction of one member makes it a shape of its own. */
  const memberShape = (structure: string, member: string, shape: string): string =>
    corrected(`${structure}.${member}`) ? `${structure}.${member}` : shape;
  const shapeOf = (name: string): ModelShape => {
    const [structure = "", member = ""] = name.split(".");
    const shape = model.shapes[model.shapes[structure]?.members?.[member]?.shape ?? name];
    if (!shape) throw new Error(`the model has no shape ${name}`);
    return shape;
  };
  const ownOfName = (name: string): ShapeConstraints => {
    const fix = fixes.find(({ shape }) => shape === name)?.constraints;
    const own = Object.entries({ ...ownOf(shapeOf(name)), ...fix });
    return Object.fromEntries(
      own.filter(([key, value]) => value !== undefined && (key === "required" || !requiredOnly)),
    );
  };
  /** A shape and all shapes inside it. */
  const reach = (name: string, found = new Set<string>()): readonly string[] => {
    if (found.has(name)) return [];
    found.add(name);
    const { members = {}, member, key, value } = shapeOf(name);
    for (const [inner, { shape }] of Object.entries(members)) reach(memberShape(name, inner, shape), found);
    for (const inner of [member, key, value]) if (inner) reach(inner.shape, found);
    return [...found];
  };
  const constrained = memoized((name) => reach(name).some((each) => isConstrained(ownOfName(each))));
  const insideOf = (name: string): ShapeConstraints => {
    const { members = {}, member, key, value } = shapeOf(name);
    const kept = Object.entries(members)
      .map(([inner, { shape }]) => [inner, memberShape(name, inner, shape)] as const)
      .filter(([, shape]) => constrained(shape));
    return {
      ...(kept.length > 0 && { members: Object.fromEntries(kept) }),
      ...(member && constrained(member.shape) && { entry: member.shape }),
      ...(value && constrained(value.shape) && { value: value.shape }),
      ...(key && constrained(key.shape) && { key: key.shape }),
    };
  };
  const inputs = operations
    .map((operation) => [operation, model.operations[operation]?.input?.shape ?? ""] as const)
    .filter(([, input]) => input !== "" && constrained(input));
  const names = new Set(inputs.flatMap(([, input]) => reach(input).filter(constrained)));
  const shapes = [...names].map((name) => [name, { ...ownOfName(name), ...insideOf(name) }]);
  return { operations: Object.fromEntries(inputs), shapes: Object.fromEntries(shapes) };
}

const isConstrained = ({ sensitive, ...constraints }: ShapeConstraints): boolean =>
  Object.keys(constraints).length > 0;

function memoized(compute: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const result = known.get(name) ?? compute(name);
    known.set(name, result);
    return result;
  };
}

function ownOf({ type, min, max, pattern, required, sensitive, ...shape }: ModelShape): ShapeConstraints {
  const number = NUMBERS.has(type);
  return {
    ...(min !== undefined && (number ? { from: min } : { min })),
    ...(max !== undefined && (number ? { to: max } : { max })),
    ...(pattern !== undefined && { pattern }),
    ...(shape.enum && { enum: shape.enum }),
    ...(required && required.length > 0 && { required }),
    ...(sensitive && { sensitive: true }),
  };
}

function checkPatterns(service: string, shapes: Readonly<Record<string, ShapeConstraints>>): void {
  for (const [name, { pattern }] of Object.entries(shapes))
    if (pattern !== undefined)
      try {
        wholeText(pattern);
      } catch (error) {
        throw new Error(`${service}: ${name}: ${error}; corrections.ts can replace the pattern`);
      }
}

/** One shape a line keeps the files short and their differences readable. */
function format({ source, operations, shapes }: ServiceConstraints): string {
  const lines = (entries: object) =>
    Object.entries(entries)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(",\n");
  return `{\n  "source": ${JSON.stringify(source)},\n  "operations": {\n${lines(operations)}\n  },\n  "shapes": {\n${lines(shapes)}\n  }\n}\n`;
}

async function main(botocore: string): Promise<void> {
  const [, version = ""] =
    /__version__ = '([^']+)'/.exec(readFileSync(join(botocore, "__init__.py"), "utf8")) ?? [];
  const cloud = await startCloud();
  const supported = cloud.operations();
  await cloud.stop();
  for (const [service, operations] of Object.entries(supported)) {
    const read = (FOLDERS[service] ?? [service]).map((folder) => ({
      folder,
      ...readModel(botocore, folder),
    }));
    const fixes = corrections.filter((each) => each.service === service);
    const parts = read.map(({ model }) =>
      constraintsOf(model, operations, fixes, REQUIRED_ONLY.has(service)),
    );
    const shapes = Object.assign({}, ...parts.map((part) => part.shapes));
    checkPatterns(service, shapes);
    const source = `botocore ${version}: ${read.map((each) => `${each.folder} ${each.version}`).join(", ")}`;
    const text = format({
      source,
      operations: Object.assign({}, ...parts.map((part) => part.operations)),
      shapes,
    });
    writeFileSync(join(__dirname, "data", `${service}.json`), text);
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: generate.ts FOLDER, where botocore's package was unpacked");
void main(folder);
