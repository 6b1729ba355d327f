import { strict as assert } from "node:assert";
import { copyFileSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Preview, type PreviewResource, previewProgram } from "../../packages/pulumi-local";
import { temporaryDirectory } from "../support/temporary";
import { root } from "./stacks";

const TAGS = { environment: "minimal", "managed-by": "pulumi" };

/** The preview of the stack minimal in a project of another name, as `pulumi new` makes it. */
async function previewNamed(name: string, projectTag = "pricelake"): Promise<Preview> {
  const { path, remove } = temporaryDirectory();
  try {
    for (const file of readdirSync(root).filter((each) => !/^(Pulumi\.|index\.ts$|\.)/.test(each)))
      symlinkSync(join(root, file), join(path, file));
    copyFileSync(join(root, "index.ts"), join(path, "index.ts"));
    const copy = (file: string, from: string, to: string) => {
      const text = readFileSync(join(root, file), "utf8");
      assert.ok(text.includes(from), `${file} has no "${from}"`);
      writeFileSync(join(path, file), text.replace(from, to));
    };
    copy("Pulumi.yaml", "name: pricelake\n", `name: ${name}\n`);
    copy("Pulumi.minimal.yaml", "project: pricelake\n", `project: ${projectTag}\n`);
    return await previewProgram({ dir: path, stack: "minimal" });
  } finally {
    remove();
  }
}

const tagged = ({ resources }: Preview) => resources.filter(({ outputs }) => outputs.tagsAll !== undefined);
const typeAndName = ({ type, name }: PreviewResource) => `${type} ${name}`;
const tagsIn = (preview: Preview) => [
  ...new Set(tagged(preview).map(({ outputs }) => JSON.stringify(outputs.tagsAll))),
];

describe("The tag project", () => {
  let ours: Preview;
  before(async () => {
    ours = await previewProgram({ dir: root, stack: "minimal" });
  });

  it("is the provider's in the project pricelake: no resource has tags of its own", () => {
    assert.deepEqual(tagsIn(ours), [JSON.stringify({ project: "pricelake", ...TAGS })]);
    assert.deepEqual(
      ours.resources.filter(({ inputs }) => inputs.tags !== undefined),
      [],
    );
  });

  it("is the project's own name in a project of another name, on every resource that has tags", async () => {
    const theirs = await previewNamed("theirs");
    assert.equal(theirs.project, "theirs");
    assert.deepEqual(tagsIn(theirs), [JSON.stringify({ project: "theirs", ...TAGS })]);
    const own = theirs.resources.filter(({ inputs }) => inputs.tags !== undefined);
    assert.deepEqual(own.map(typeAndName), tagged(ours).map(typeAndName));
    assert.ok(own.length > 20, `${own.length} resources`);
    for (const { inputs } of own) assert.deepEqual(inputs.tags, { project: "theirs" });
  });

  it("stays what the stack file says once that is not the template's", async () => {
    const theirs = await previewNamed("theirs", "acme");
    assert.deepEqual(tagsIn(theirs), [JSON.stringify({ project: "acme", ...TAGS })]);
  });
});
