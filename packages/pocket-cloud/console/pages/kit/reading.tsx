import type { Live } from "./live";
import { Loading, Panel, Problem } from "./page";
import { Table, type TableProps } from "./table";

/** Why something could not be read, or that it is being read for the first time. */
export function Reading({ of: { data, error } }: { of: Live<unknown> }) {
  return (
    <>
      <Problem error={error} />
      {data === undefined && !error && <Loading />}
    </>
  );
}

/** A panel with a table, which appears when its rows were read. */
export function ListPanel<Row>({ read, ...table }: { read: Live<unknown> } & TableProps<Row>) {
  return (
    <Panel class="flush">
      <Reading of={read} />
      {read.data !== undefined && <Table {...table} />}
    </Panel>
  );
}
