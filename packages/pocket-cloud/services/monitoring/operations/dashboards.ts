import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import type { MonitoringStore } from "../store";

export function dashboardOperations(store: MonitoringStore) {
  const { dashboards, cloud } = store;
  const resources = ({ DashboardName = "" }: { DashboardName: string | undefined }) => [
    store.dashboardArn(DashboardName),
  ];
  return {
    PutDashboard: {
      resources,
      run: ({ DashboardName: name = "", DashboardBody: body = "" }) => {
        // As recorded by LocalStack's test_invalid_dashboard_name.
        if (!/^[A-Za-z0-9_-]+$/.test(name))
          throw new AwsError(
            "InvalidParameterValueException",
            "The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n",
          );
        checkBody(body);
        dashboards.set(name, { name, body, modifiedAt: cloud.clock.now() });
        return { DashboardValidationMessages: [] };
      },
    },
    GetDashboard: {
      resources,
      run: ({ DashboardName }) => {
        const { name, body } = store.dashboard(DashboardName);
        return { DashboardName: name, DashboardBody: body, DashboardArn: store.dashboardArn(name) };
      },
    },
    ListDashboards: {
      run: ({ DashboardNamePrefix = "" }) => ({
        DashboardEntries: dashboards
          .values()
          .filter(({ name }) => name.startsWith(DashboardNamePrefix))
          .map(({ name, body, modifiedAt }) => ({
            DashboardName: name,
            DashboardArn: store.dashboardArn(name),
            LastModified: new Date(modifiedAt),
            Size: Buffer.byteLength(body),
          })),
      }),
    },
    DeleteDashboards: {
      resources: ({ DashboardNames = [] }) => DashboardNames.map((name) => store.dashboardArn(name)),
      run: ({ DashboardNames = [] }) => {
        if (DashboardNames.length === 0)
          throw new AwsError("InvalidParameterValueException", "Need to specify at least 1 dashboard");
        for (const name of DashboardNames) store.dashboard(name);
        for (const name of DashboardNames) dashboards.delete(name);
        return {};
      },
    },
  } satisfies Operations<"monitoring">;
}

function checkBody(body: string): void {
  try {
    JSON.parse(body);
  } catch {
    throw new AwsError("InvalidParameterInput", "The field DashboardBody must be a valid JSON object", 400, {
      dashboardValidationMessages: [],
    });
  }
}
