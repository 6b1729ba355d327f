import { type Estimate, estimate } from "../../infra/cost";
import { exemptionsFor } from "../../infra/guardrails/exemptions";
import { policies } from "../../infra/guardrails/policies";
import { check, type Declared, type Exemption, type Violation } from "../../infra/guardrails/policy";
import { type Widening, widenings } from "../../infra/guardrails/widening";
import type { Preview, PreviewResource } from "../../packages/pulumi-local";
import { type Change, diffPreviews, isKnownType } from "../../packages/pulumi-local";
import { deliveryNotes } from "./delivery";

/** All that a preview has to log, for any form of print. */
export interface PreviewReport {
  readonly preview: Preview;
  readonly against: Against | undefined;
  readonly violations: readonly Violation[];
  readonly cost: Estimate;
  /** Types of resources of which is not known what replaces them, or whether they hold data. */
  readonly notJudged: readonly string[];
}

export interface Against {
  readonly ref: string;
  readonly changes: readonly Change[];
  readonly widenings: readonly Widening[];
  readonly costBefore: Estimate;
  /** What a change of deliveryFormat means for the objects in raw/. */
  readonly delivery: readonly string[];
}

export function previewReport(
  preview: Preview,
  before?: { ref: string; preview: Preview },
  exemptions: readonly Exemption[] = exemptionsFor(preview.stack),
): PreviewReport {
  const now = declared(preview);
  const changes = before && diffPreviews(before.preview, preview);
  return {
    preview,
    violations: check(now, policies, exemptions),
    cost: costOf(preview),
    notJudged: [...new Set(preview.resources.filter(({ custom }) => custom).map(({ type }) => type))].filter(
      (type) => !type.startsWith("pulumi:") && !isKnownType(type),
    ),
    against: before && {
      ref: before.ref,
      changes: changes ?? [],
      widenings: widenings(declared(before.preview), now),
      costBefore: costOf(before.preview),
      delivery: deliveryNotes(changes ?? []),
    },
  };
}

/** With outputs, as Pulumi gives them to policies: other resources name this one by what AWS has generated. */
const declared = ({ resources }: Preview): Declared[] =>
  resources.map(({ inputs, outputs, ...resource }: PreviewResource) => ({
    ...resource,
    props: { ...outputs, ...inputs },
  }));

const costOf = ({ resources }: Preview): Estimate => estimate(resources, regionOf(resources));

/** Takes the region from the ARNs. */
export function regionOf(resources: Preview["resources"]): string {
  const arns = resources.map(
    ({ outputs }) => /^arn:[^:]*:[^:]*:([a-z0-9-]+):/.exec(String(outputs.arn))?.[1],
  );
  return arns.find((region) => region !== undefined) ?? "";
}
