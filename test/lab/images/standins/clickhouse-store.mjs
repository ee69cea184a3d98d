// The tables of the ClickHouse stand-in: one file of rows for each table, so that data survives restarts and can be backed up.
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const error = (code, text) => Object.assign(new Error(text), { code });

export class Store {
  constructor(data, database) {
    this.dir = join(data, 'lab-tables');
    this.database = database;
    mkdirSync(join(this.dir, database), { recursive: true });
    writeFileSync(join(data, 'status'), `PID: ${process.pid}\n`);
  }

  /** Splits `db.table`, with or without quotes, and keeps names that are safe as file names. */
  #path(name, database = this.database) {
    const parts = name.replace(/[`"]/g, '').split('.');
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

  /** Runs one statement and returns what ClickHouse would print. */
  run(statement, database) {
    const sql = statement.trim().replace(/;\s*$/, '');
    let match;
    if (/^select\s+1$/i.test(sql.replace(/\s+format\s+\w+$/i, ''))) return '1\n';
    if (/^select\s+version\(\)/i.test(sql)) return '26.3.16.16\n';
    if (/^select\s+currentUser\(\)/i.test(sql)) return 'opik\n';
    if (/^show\s+databases/i.test(sql)) return `${readdirSync(this.dir).join('\n')}\n`;
    if (/^show\s+tables/i.test(sql)) {
      return readdirSync(join(this.dir, database ?? this.database)).map((file) => `${file.replace(/\.rows$/, '')}\n`).join('');
    }
    if ((match = /^create\s+database\s+(?:if\s+not\s+exists\s+)?[`"]?(\w+)/i.exec(sql))) {
      mkdirSync(join(this.dir, match[1]), { recursive: true });
      return '';
    }
    if ((match = /^create\s+table\s+(if\s+not\s+exists\s+)?([\w.`"]+)/i.exec(sql))) {
      const path = this.#path(match[2], database);
      if (existsSync(path) && !match[1]) throw error(57, `Table ${match[2]} already exists. (TABLE_ALREADY_EXISTS)`);
      if (!existsSync(path)) writeFileSync(path, '');
      return '';
    }
    if ((match = /^insert\s+into\s+(?:table\s+)?([\w.`"]+)[^(]*(?:\([^)]*\)\s*)?values\s*([\s\S]*)$/i.exec(sql))) {
      const rows = [...match[2].matchAll(/\(((?:'(?:[^'\\]|\\.)*'|[^()'])*)\)/g)].map(([, row]) => row.replace(/\n/g, ' '));
      if (!rows.length) throw error(62, 'Syntax error: no values');
      appendFileSync(this.#table(match[1], database), rows.map((row) => `${row}\n`).join(''));
      return '';
    }
    if ((match = /^select\s+count\(\S*\)\s+from\s+([\w.`"]+)/i.exec(sql))) {
      return `${readFileSync(this.#table(match[1], database), 'utf8').split('\n').length - 1}\n`;
    }
    if ((match = /^select\s[\s\S]+?\sfrom\s+([\w.`"]+)/i.exec(sql))) {
      const rows = readFileSync(this.#table(match[1], database), 'utf8').split('\n').slice(0, -1);
      const columns = (row) => [...row.matchAll(/\s*('(?:[^'\\]|\\.)*'|[^,]+)\s*(?:,|$)/g)].map(([, value]) => value.trim().replace(/^'([\s\S]*)'$/, '$1'));
      return rows.map((row) => `${columns(row).join('\t')}\n`).join('');
    }
    if ((match = /^drop\s+table\s+(?:if\s+exists\s+)?([\w.`"]+)/i.exec(sql))) {
      rmSync(this.#path(match[1], database), { force: true });
      return '';
    }
    throw error(62, `Syntax error: the stand-in does not know this statement: ${sql.slice(0, 80)}`);
  }
}
