// The tables of the ClickHouse stand-in: one file of rows for each table, so that data survives restarts and can be backed up.
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const error = (code, text) => Object.assign(new Error(text), { code });
const NAME = '([\\w.`"]+)';
const pattern = (source) => new RegExp(`^${source}`, "i");

/** The columns of one stored row, without the quotes of strings. */
function columns(row) {
  const cells = row.matchAll(/\s*('(?:[^'\\]|\\.)*'|[^,]+)\s*(?:,|$)/g);
  return [...cells].map(([, cell]) => cell.trim().replace(/^'([\s\S]*)'$/, "$1"));
}

export class Store {
  constructor(data, database) {
    this.dir = join(data, "lab-tables");
    this.database = database;
    mkdirSync(join(this.dir, database), { recursive: true });
    writeFileSync(join(data, "status"), `PID: ${process.pid}\n`);
    this.statements = [
      [/^select\s+1(\s+format\s+\w+)?$/i, () => "1\n"],
      [/^select\s+version\(\)/i, () => "26.3.20.7\n"],
      [/^show\s+databases/i, () => `${readdirSync(this.dir).join("\n")}\n`],
      [/^show\s+tables/i, (_, db) => this.#tables(db)],
      [
        pattern('create\\s+database\\s+(?:if\\s+not\\s+exists\\s+)?[`"]?(\\w+)'),
        ([, name]) => this.#createDatabase(name),
      ],
      [
        pattern(`create\\s+table\\s+(if\\s+not\\s+exists\\s+)?${NAME}`),
        ([, quiet, name], db) => this.#create(name, db, quiet),
      ],
      [
        pattern(`insert\\s+into\\s+(?:table\\s+)?${NAME}[^(]*?(?:\\([^)]*\\)\\s*)?values\\s*([\\s\\S]*)$`),
        ([, name, values], db) => this.#insert(name, db, values),
      ],
      [pattern(`select\\s+count\\(\\S*\\)\\s+from\\s+${NAME}`), ([, name], db) => `${this.#rows(name, db).length}\n`],
      [
        pattern(`select\\s+uniqExact\\(\\w+\\)\\s+from\\s+${NAME}`),
        ([, name], db) => `${new Set(this.#rows(name, db).map((row) => columns(row)[0])).size}\n`,
      ],
      [
        pattern(`select\\s[\\s\\S]+?\\sfrom\\s+${NAME}`),
        ([, name], db) =>
          this.#rows(name, db)
            .map((row) => `${columns(row).join("\t")}\n`)
            .join(""),
      ],
      [
        pattern(`delete\\s+from\\s+${NAME}\\s+where\\s+id\\s*=\\s*'([^']*)'$`),
        ([, name, id], db) => this.#delete(name, db, id),
      ],
      [pattern(`drop\\s+table\\s+(?:if\\s+exists\\s+)?${NAME}`), ([, name], db) => this.#drop(name, db)],
    ];
  }

  /** Runs one statement and returns what ClickHouse would print. */
  run(statement, database = this.database) {
    const sql = statement.trim().replace(/;\s*$/, "");
    for (const [expression, action] of this.statements) {
      const match = expression.exec(sql);
      if (match) return action(match, database);
    }
    throw error(62, `Syntax error: the stand-in does not know this statement: ${sql.slice(0, 80)}`);
  }

  /** Splits `db.table`, with or without quotes, and keeps names that are safe as file names. */
  #path(name, database) {
    const parts = name.replace(/[`"]/g, "").split(".");
    const [db, table] = parts.length === 2 ? parts : [database, parts[0]];
    if (![db, table].every((part) => /^\w+$/.test(part))) throw error(62, `Syntax error: bad table name ${name}`);
    if (!existsSync(join(this.dir, db))) throw error(81, `Database ${db} does not exist. (UNKNOWN_DATABASE)`);
    return join(this.dir, db, `${table}.rows`);
  }

  #table(name, database) {
    const path = this.#path(name, database);
    if (!existsSync(path)) throw error(60, `Unknown table expression identifier '${name}'. (UNKNOWN_TABLE)`);
    return path;
  }

  #rows(name, database) {
    return readFileSync(this.#table(name, database), "utf8").split("\n").slice(0, -1);
  }

  #tables(database) {
    const files = readdirSync(join(this.dir, database));
    return files.map((file) => `${file.replace(/\.rows$/, "")}\n`).join("");
  }

  #createDatabase(name) {
    mkdirSync(join(this.dir, name), { recursive: true });
    return "";
  }

  #create(name, database, quiet) {
    const path = this.#path(name, database);
    if (existsSync(path) && !quiet) throw error(57, `Table ${name} already exists. (TABLE_ALREADY_EXISTS)`);
    if (!existsSync(path)) writeFileSync(path, "");
    return "";
  }

  #insert(name, database, values) {
    const rows = [...values.matchAll(/\(((?:'(?:[^'\\]|\\.)*'|[^()'])*)\)/g)].map(([, row]) => row.replace(/\n/g, " "));
    if (!rows.length) throw error(62, "Syntax error: no values");
    appendFileSync(this.#table(name, database), rows.map((row) => `${row}\n`).join(""));
    return "";
  }

  #delete(name, database, id) {
    const rows = this.#rows(name, database).filter((row) => columns(row)[0] !== id);
    writeFileSync(this.#table(name, database), rows.map((row) => `${row}\n`).join(""));
    return "";
  }

  #drop(name, database) {
    rmSync(this.#path(name, database), { force: true });
    return "";
  }
}
