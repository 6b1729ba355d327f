import { ReportFileError } from "../../sql/library/errors";
import { loadReport, reportIds } from "../../sql/library/library";
import type { Report } from "../../sql/library/model";
import { checkReport } from "./report";

export interface Checked {
  readonly reports: readonly Report[];
  readonly problems: readonly string[];
}

/** Every saved report, header and query; names must be unlike, since one may be asked for by its name alone. */
export function checkAll(folder?: string): Checked {
  const reports: Report[] = [];
  const problems: string[] = [];
  for (const id of reportIds(folder)) {
    try {
      const report = loadReport(id, folder);
      const other = reports.find(({ name }) => name === report.name);
      if (other) problems.push(`${report.file}: ${other.file} has the same name`);
      reports.push(report);
      problems.push(...checkReport(report));
    } catch (error) {
      if (!(error instanceof ReportFileError)) throw error;
      problems.push(error.message);
    }
  }
  return { reports, problems };
}
