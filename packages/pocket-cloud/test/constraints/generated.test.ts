import { strict as assert } from "node:assert";
import { validatorsOf } from "../../constraints";
import { corrections } from "../../constraints/corrections";
import { messageOf, type Validators } from "../../constraints/validate";
import { modelOf } from "../../http/catalogue";
import { type Cloud, startCloud } from "../../index";
import type { ServiceName } from "../../models";
import { Samples } from "./samples";

/** A place in an operation's input: its members in turn; "1" for an entry of a list, "*" for one of a map. */
interface Place {
  readonly path: readonly string[];
  readonly shape: string;
  /** Wraps a value for this place into a valid input. */
  readonly wrap: (value: unknown) => Record<string, unknown>;
}

const MAX_DEPTH = 8;

/** All places of an operation's input that have constraints. */
function placesOf(samples: Samples, input: string): Place[] {
  const found: Place[] = [];
  const visit = (name: string, path: readonly string[], wrap: Place["wrap"], above: readonly string[]) => {
    if (above.includes(name) || path.length > MAX_DEPTH) return;
    const { members = {}, entry, value, ...own } = samples.shape(name);
    const next = [...above, name];
    for (const [member, shape] of Object.entries(members)) {
      const inside = (inner: unknown) => wrap(samples.structure(name, { [member]: inner }));
      found.push({ path: [...path, member], shape, wrap: inside });
      visit(shape, [...path, member], inside, next);
    }
    const size = Math.max(own.min ?? 1, 1);
    if (entry !== undefined) {
      const inside = (inner: unknown) => wrap([inner, ...samples.list({ entry }, size - 1)]);
      found.push({ path: [...path, "1"], shape: entry, wrap: inside });
      visit(entry, [...path, "1"], inside, next);
    }
    if (value !== undefined) {
      const inside = (inner: unknown) => {
        const [first, ...others] = Object.entries(samples.map({ ...own, value }, size));
        return wrap(Object.fromEntries([[first?.[0] ?? "", inner], ...others]));
      };
      found.push({ path: [...path, "*"], shape: value, wrap: inside });
      visit(value, [...path, "*"], inside, next);
    }
  };
  visit(input, [], (value) => value as Record<string, unknown>, []);
  return found;
}

const report = (validators: Validators, operation: string, input: object): string => {
  const failures = validators.of(operation)?.(input) ?? [];
  return failures.length === 0 ? "" : messageOf(failures);
};

describe("the generated constraints", () => {
  let cloud: Cloud;
  let supported: Readonly<Record<string, readonly string[]>>;
  before(async () => {
    cloud = await startCloud();
    supported = cloud.operations();
  });
  after(() => cloud.stop());

  const each = (check: (service: ServiceName, operation: string, validators: Validators) => void) => {
    for (const [service, operations] of Object.entries(supported))
      for (const operation of operations)
        check(service as ServiceName, operation, validatorsOf(service as ServiceName));
  };

  it("have every operation whose input has required members", () => {
    each((service, operation, { constraints }) => {
      const input = modelOf(service)?.operation(operation)?.input;
      const schema = input?.getSchema() as { readonly 6?: number } | undefined;
      if ((schema?.[6] ?? 0) > 0) assert.ok(constraints.operations[operation], `${service}:${operation}`);
    });
  });

  it("require members that the SDK's models have", () => {
    each((service, operation, { constraints }) => {
      const input = modelOf(service)?.operation(operation)?.input;
      const { required = [] } = constraints.shapes[constraints.operations[operation] ?? ""] ?? {};
      for (const member of required)
        assert.ok(input?.getMemberSchemas()[member], `${service}:${operation} ${member}`);
    });
  });

  it("accept a valid request of every operation, with each member in turn", () => {
    let checked = 0;
    each((service, operation, validators) => {
      const input = validators.constraints.operations[operation];
      if (input === undefined) return;
      const samples = new Samples(validators.constraints);
      for (const { wrap, shape, path } of placesOf(samples, input)) {
        assert.equal(
          report(validators, operation, wrap(samples.valid(shape))),
          "",
          `${service}:${operation} ${path}`,
        );
        checked++;
      }
    });
    assert.ok(checked > 3000, `${checked} requests`);
  });

  it("refuse a request that breaks a constraint, for each constraint of every operation", () => {
    let checked = 0;
    each((service, operation, validators) => {
      const input = validators.constraints.operations[operation];
      if (input === undefined) return;
      const samples = new Samples(validators.constraints);
      for (const { wrap, shape, path } of placesOf(samples, input))
        for (const { value, text } of samples.broken(shape)) {
          const found = report(validators, operation, wrap(value));
          assert.ok(found.includes(text), `${service}:${operation} ${path}: ${text}: ${found}`);
          checked++;
        }
    });
    assert.ok(checked > 5000, `${checked} violations`);
  });

  it("refuse a request without a required member, at any depth", () => {
    let checked = 0;
    each((service, operation, validators) => {
      const input = validators.constraints.operations[operation];
      if (input === undefined) return;
      const samples = new Samples(validators.constraints);
      const root: Place = { path: [], shape: input, wrap: (value) => value as Record<string, unknown> };
      for (const { wrap, shape, path } of [root, ...placesOf(samples, input)])
        for (const member of samples.shape(shape).required ?? []) {
          const found = report(
            validators,
            operation,
            wrap({ ...samples.structure(shape), [member]: undefined }),
          );
          assert.match(found, /Member must not be null/, `${service}:${operation} ${path} ${member}`);
          checked++;
        }
    });
    assert.ok(checked > 1000, `${checked} missing members`);
  });

  it("have every correction", () => {
    for (const { service, shape, constraints } of corrections) {
      const { shapes } = validatorsOf(service as ServiceName).constraints;
      const expected = Object.entries(constraints).filter(([, value]) => value !== undefined);
      if (expected.length > 0) assert.ok(shapes[shape], `${service}: ${shape}`);
      for (const [key, value] of Object.entries(constraints))
        assert.deepEqual(shapes[shape]?.[key as keyof typeof constraints], value, `${service}: ${shape}`);
    }
  });
});
