import { AwsError } from "../../../errors";
import { action, type Monitoring, type MonitoringOperation } from "../operation";
import type { MonitoringStore } from "../store";

export const putDashboard = ({ store }: Monitoring): MonitoringOperation<"PutDashboard"> => ({
  actions: action("PutDashboard"),
  rules: { DashboardName: { length: [1, 255], pattern: /[A-Za-z0-9_-]+/ } },
  resources: (input) => [store.dashboardArn(input.DashboardName ?? "")],
  run: (input) => {
    const body = input.DashboardBody ?? "";
    try {
      JSON.parse(body);
    } catch {
      throw new AwsError(
        "InvalidParameterInput",
        "The field DashboardBody must be a valid JSON object",
        400,
        { dashboardValidationMessages: [] },
      );
    }
    store.dashboards.set(input.DashboardName ?? "", {
      name: input.DashboardName ?? "",
      body,
      modifiedAt: store.cloud.clock.now(),
    });
    return { DashboardValidationMessages: [] };
  },
});

const dashboard = (store: MonitoringStore, name: string | undefined) => {
  const record = store.dashboards.get(name ?? "");
  if (!record) throw new AwsError("ResourceNotFound", `Dashboard ${name} does not exist`, 404);
  return record;
};

export const getDashboard = ({ store }: Monitoring): MonitoringOperation<"GetDashboard"> => ({
  actions: action("GetDashboard"),
  resources: (input) => [store.dashboardArn(input.DashboardName ?? "")],
  run: (input) => {
    const { name, body } = dashboard(store, input.DashboardName);
    return { DashboardName: name, DashboardBody: body, DashboardArn: store.dashboardArn(name) };
  },
});

export const listDashboards = ({ store }: Monitoring): MonitoringOperation<"ListDashboards"> => ({
  actions: action("ListDashboards"),
  run: (input) => ({
    DashboardEntries: store.dashboards
      .values()
      .filter(({ name }) => name.startsWith(input.DashboardNamePrefix ?? ""))
      .map(({ name, body, modifiedAt }) => ({
        DashboardName: name,
        DashboardArn: store.dashboardArn(name),
        LastModified: new Date(modifiedAt),
        Size: Buffer.byteLength(body),
      })),
  }),
});

export const deleteDashboards = ({ store }: Monitoring): MonitoringOperation<"DeleteDashboards"> => ({
  actions: action("DeleteDashboards"),
  resources: (input) => (input.DashboardNames ?? []).map((name) => store.dashboardArn(name)),
  run: (input) => {
    for (const name of input.DashboardNames ?? []) dashboard(store, name);
    for (const name of input.DashboardNames ?? []) store.dashboards.delete(name);
    return {};
  },
});
