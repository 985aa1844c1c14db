// NPS by touchpoint and month, as DuckDB answers it from the Parquet files named
// as arguments. Prints the rows and the milliseconds of the one query; run in the
// folder where `@duckdb/node-api` is installed.
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";

const installed = createRequire(`${process.cwd()}/`);
const { DuckDBInstance } = installed("@duckdb/node-api");

const files = process.argv.slice(2).map((file) => `'${file.replaceAll("'", "''")}'`);
// Japan has had no summer time since 1952, so nine hours are its time zone; a
// named zone would cost DuckDB more.
const query = `
  SELECT touchpoint,
         date_trunc('month', occurred_at::TIMESTAMP + INTERVAL 9 HOUR) AS month,
         count(f_nps) AS n,
         count(*) FILTER (f_nps >= 9) - count(*) FILTER (f_nps <= 6) AS net
  FROM read_parquet([${files.join(", ")}])
  GROUP BY ALL`;

const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
await connection.run("SET TimeZone = 'UTC'");
const begun = performance.now();
const answer = await connection.runAndReadAll(query);
const milliseconds = performance.now() - begun;

const rows = answer.getRowObjectsJson().map((row) => ({
  touchpoint: row.touchpoint,
  month: String(row.month).slice(0, 7),
  n: String(row.n),
  net: String(row.net),
}));
console.log(JSON.stringify({ milliseconds, rows }));
