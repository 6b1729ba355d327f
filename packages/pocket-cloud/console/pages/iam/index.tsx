import { call, callLocal } from "../kit/api";
import { pretty } from "../kit/decode";
import { count, duration, time } from "../kit/format";
import { allPages, useLive } from "../kit/live";
import { Copy, Empty, Facts, Named, Page, Panel, Problem, Tabs } from "../kit/page";
import { ListPanel, Reading } from "../kit/reading";
import { hrefOf, type Route } from "../kit/route";
import { Table } from "../kit/table";
import { type DeniedCall, missingOf, statementOf } from "./denied";

export function IamPage({ route }: { route: Route }) {
  const [, first, second] = route.path;
  if (first === "policies" && second !== undefined) return <PolicyPage key={second} arn={second} />;
  if (first !== undefined && !(first in TABS)) return <RolePage key={first} name={first} />;
  const tab = first ?? "roles";
  return (
    <Page title="Access" crumbs={[{ text: "IAM" }]}>
      <Tabs
        tabs={Object.entries(TABS).map(([key, text]) => ({
          text,
          href: hrefOf(["iam", key]),
          current: key === tab,
        }))}
      />
      {tab === "roles" && <Roles />}
      {tab === "policies" && <Policies />}
      {tab === "denied" && <Denied />}
    </Page>
  );
}

const TABS = { roles: "Roles", policies: "Policies", denied: "Denied calls" } as const;

function Roles() {
  const read = useLive("roles", (signal) =>
    allPages(
      (Marker) => call("iam", "ListRoles", { Marker }, signal),
      ({ Roles }) => Roles,
      ({ Marker }) => Marker,
    ),
  );
  return (
    <ListPanel
      read={read}
      label="roles"
      rows={read.data ?? []}
      keyOf={({ Arn = "" }) => Arn}
      textOf={({ RoleName = "", AssumeRolePolicyDocument = "" }) => `${RoleName} ${AssumeRolePolicyDocument}`}
      columns={[
        {
          name: "Name",
          of: ({ RoleName = "" }) => <Named icon="access" text={RoleName} href={hrefOf(["iam", RoleName])} />,
          sort: ({ RoleName }) => RoleName,
        },
        {
          name: "Trusts",
          of: ({ AssumeRolePolicyDocument = "" }) => trusted(AssumeRolePolicyDocument),
          wide: true,
        },
        { name: "Created (UTC)", of: ({ CreateDate }) => time(CreateDate) },
      ]}
    />
  );
}

/** The services and accounts that a trust policy names. */
const trusted = (document: string): string =>
  [...decodeURIComponent(document).matchAll(/"([a-z0-9.-]+\.amazonaws\.com|arn:aws:(?:iam|sts)::[^"]+)"/g)]
    .map(([, principal]) => principal)
    .join(", ");

function RolePage({ name }: { name: string }) {
  const read = useLive(`role ${name}`, async (signal) => {
    const [{ Role }, { PolicyNames = [] }, { AttachedPolicies = [] }] = await Promise.all([
      call("iam", "GetRole", { RoleName: name }, signal),
      call("iam", "ListRolePolicies", { RoleName: name }, signal),
      call("iam", "ListAttachedRolePolicies", { RoleName: name }, signal),
    ]);
    const inline = await Promise.all(
      PolicyNames.map((PolicyName) => call("iam", "GetRolePolicy", { RoleName: name, PolicyName }, signal)),
    );
    return { role: Role, inline, attached: AttachedPolicies };
  });
  const { role, inline = [], attached = [] } = read.data ?? {};
  return (
    <Page title={name} crumbs={[{ text: "IAM", href: "#/iam" }]} about={role?.Description}>
      <Reading of={read} />
      {role && (
        <>
          <Panel>
            <Facts
              facts={{
                ARN: <code>{role.Arn}</code>,
                "Longest session": duration((role.MaxSessionDuration ?? 3600) * 1000),
                "Permissions boundary": role.PermissionsBoundary?.PermissionsBoundaryArn ?? "none",
                "Created (UTC)": time(role.CreateDate),
              }}
            />
          </Panel>
          {inline.map(({ PolicyName = "", PolicyDocument = "" }) => (
            <Document key={PolicyName} title={`Inline policy: ${PolicyName}`} text={PolicyDocument} />
          ))}
          {attached.length > 0 && (
            <Panel class="flush" title="Attached policies">
              <Table
                label="attached policies"
                rows={attached}
                keyOf={({ PolicyArn = "" }) => PolicyArn}
                columns={[
                  {
                    name: "Name",
                    of: ({ PolicyName, PolicyArn = "" }) => (
                      <a href={hrefOf(["iam", "policies", PolicyArn])}>{PolicyName}</a>
                    ),
                  },
                  { name: "ARN", of: ({ PolicyArn }) => <code>{PolicyArn}</code>, wide: true },
                ]}
              />
            </Panel>
          )}
          <Document title="Trust policy" text={role.AssumeRolePolicyDocument ?? ""} />
        </>
      )}
    </Page>
  );
}

function Document({ title, text }: { title: string; text: string }) {
  const shown = pretty(decodeURIComponent(text));
  return (
    <Panel title={title} actions={<Copy text={shown} />}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{shown}</pre>
    </Panel>
  );
}

function Policies() {
  const read = useLive("policies", (signal) =>
    allPages(
      (Marker) => call("iam", "ListPolicies", { Scope: "Local", Marker }, signal),
      ({ Policies }) => Policies,
      ({ Marker }) => Marker,
    ),
  );
  return (
    <ListPanel
      read={read}
      label="managed policies"
      rows={read.data ?? []}
      keyOf={({ Arn = "" }) => Arn}
      empty="No managed policies of this account."
      columns={[
        {
          name: "Name",
          of: ({ PolicyName, Arn = "" }) => <a href={hrefOf(["iam", "policies", Arn])}>{PolicyName}</a>,
        },
        { name: "Attached to", of: ({ AttachmentCount }) => count(AttachmentCount), number: true },
        { name: "ARN", of: ({ Arn }) => <code>{Arn}</code>, wide: true },
      ]}
    />
  );
}

function PolicyPage({ arn }: { arn: string }) {
  const read = useLive(`policy ${arn}`, async (signal) => {
    const { Policy } = await call("iam", "GetPolicy", { PolicyArn: arn }, signal);
    const VersionId = Policy?.DefaultVersionId;
    const { PolicyVersion } = await call("iam", "GetPolicyVersion", { PolicyArn: arn, VersionId }, signal);
    return { policy: Policy, document: PolicyVersion?.Document };
  });
  return (
    <Page
      title={read.data?.policy?.PolicyName ?? arn}
      crumbs={[
        { text: "IAM", href: "#/iam" },
        { text: "Policies", href: "#/iam/policies" },
      ]}
    >
      <Reading of={read} />
      {read.data && (
        <Document title={`Version ${read.data.policy?.DefaultVersionId}`} text={read.data.document ?? ""} />
      )}
    </Page>
  );
}

function Denied() {
  const read = useLive(
    "denied",
    (signal) => callLocal<{ DeniedCalls: DeniedCall[] }>("ListDeniedCalls", {}, signal),
    3000,
  );
  const missing = missingOf(read.data?.DeniedCalls ?? []);
  return (
    <>
      <Problem error={read.error} />
      {read.data && missing.length === 0 && (
        <Empty>IAM has refused no call since the cloud was started.</Empty>
      )}
      {missing.map((each) => (
        <Panel
          key={`${each.role} ${each.action} ${each.resources.join()}`}
          title={
            <>
              <a href={hrefOf(["iam", each.role])}>{each.role}</a> may not {each.action}
            </>
          }
          actions={
            <span class="muted">
              {each.count === 1 ? "once" : `${each.count} times`}, last {time(each.last)} UTC
            </span>
          }
        >
          <p class="spaced">{each.message}</p>
          {each.conditionKeys && (
            <p class="spaced muted">
              Conditions of policies saw{" "}
              {Object.entries(each.conditionKeys).map(([key, value], index) => (
                <span key={key}>
                  {index > 0 && ", "}
                  <code>{`${key} = "${value}"`}</code>
                </span>
              ))}
            </p>
          )}
          <div class="toolbar">
            <h3>The statement that would allow it</h3>
            <Copy text={statementOf(each)} />
          </div>
          <pre>{statementOf(each)}</pre>
        </Panel>
      ))}
      <p class="muted after">
        The last 200 refused calls are kept while the cloud runs. In AWS, CloudTrail records them.
      </p>
    </>
  );
}
