// What run_db_migrations.sh does: real SQL on MySQL and ClickHouse with the configured credentials; any failure aborts the start.
import { Contract } from "../lib/contract.mjs";
import { checkBackend } from "./opik-contract.mjs";
import { clickhouseMigrations, mysql } from "./opik-dependencies.mjs";

const contract = new Contract("opik-backend migrations");
checkBackend(contract);
contract.need(
  (process.env.JAVA_OPTS ?? "").split(/\s+/).includes("-Dliquibase.propertySubstitutionEnabled=true"),
  "JAVA_OPTS lacks -Dliquibase.propertySubstitutionEnabled=true: variables in the change sets would not be replaced",
);
contract.enforce();

const database = process.env.ANALYTICS_DB_DATABASE_NAME;
try {
  await mysql(
    "CREATE TABLE IF NOT EXISTS DATABASECHANGELOG (id VARCHAR(255) PRIMARY KEY, executed TIMESTAMP DEFAULT CURRENT_TIMESTAMP)",
    "CREATE TABLE IF NOT EXISTS lab_traces (id BIGINT AUTO_INCREMENT PRIMARY KEY, body MEDIUMTEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS projects (id CHAR(36) PRIMARY KEY, name VARCHAR(150) NOT NULL)",
    "INSERT IGNORE INTO projects (id, name) VALUES ('0190babc-62a0-71d2-832a-0feffa4676eb', 'Default Project')",
    "INSERT IGNORE INTO DATABASECHANGELOG (id) VALUES ('000001')",
  );
  process.stdout.write("db migrate: done\n");
} catch (error) {
  contract.refuse(`db migrate failed: ${error.message}`);
}
try {
  await clickhouseMigrations(`CREATE DATABASE IF NOT EXISTS ${database}`);
  await clickhouseMigrations(
    `CREATE TABLE IF NOT EXISTS ${database}.lab_spans (id String, day Time) ENGINE = ReplicatedMergeTree ORDER BY id`,
  );
  for (const table of ["traces", "spans"])
    await clickhouseMigrations(
      `CREATE TABLE IF NOT EXISTS ${database}.${table} (id String) ENGINE = ReplicatedReplacingMergeTree ORDER BY id`,
    );
  process.stdout.write("dbAnalytics migrate: done\n");
} catch (error) {
  contract.refuse(`dbAnalytics migrate failed: ${error.message}`);
}
process.stdout.write("Database migrations completed successfully\n");
