'use strict';
// Many clients at once: each asks for tokens of its own, and for rows and settings that only it writes. Prints what was
// wrong, and at the end how many queries there were.
const { pipeline } = require('node:stream/promises');
const { Readable, Writable } = require('node:stream');
const { Client } = require('pg');
const Cursor = require('pg-cursor');
const { from, to } = require('pg-copy-streams');

const clients = Number(process.env.WORKLOAD_CLIENTS);
const least = Number(process.env.WORKLOAD_ROUNDS);
const end = Date.now() + Number(process.env.WORKLOAD_MILLIS);
const zones = ['Asia/Tokyo', 'America/New_York', 'Europe/Berlin', 'UTC'];
let queries = 0;

class Worker {
  constructor(number) {
    this.name = `node_${number}`;
    this.tokens = 0;
    this.client = new Client();
  }

  token() {
    return `${this.name}_${++this.tokens}`;
  }

  wrong(what, seen, expected) {
    console.log(`wrong: ${this.name} ${what}: ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`);
  }

  same(what, seen, expected) {
    if (JSON.stringify(seen) !== JSON.stringify(expected)) {
      this.wrong(what, seen, expected);
    }
  }

  async ask(text, values, name) {
    const result = await this.client.query({ text, values, name, rowMode: 'array' });
    queries++;
    return result.rows;
  }

  async refused(state, token, promise) {
    try {
      this.wrong(`no ${state}`, await promise, token);
    } catch (error) {
      queries++;
      if (error.code !== state || !`${error.message} ${error.detail}`.includes(token)) {
        this.wrong('another error', `${error.code} ${error.message} ${error.detail}`, `${state} ${token}`);
      }
    }
  }

  async settle() {
    this.settings = [this.token(), this.token(), zones[this.tokens % zones.length], `s${this.tokens % 8}`];
    await this.ask(`set app.tenant to '${this.settings[0]}'`);
    await this.ask("select set_config('application_name', $1, false)", [this.settings[1]]);
    await this.ask(`set time zone '${this.settings[2]}'`);
    await this.ask(`set search_path to ${this.settings[3]}`, undefined, `path_${this.settings[3]}`);
  }

  async begin() {
    await this.client.connect();
    await this.settle();
    this.row = this.token();
    await this.ask('insert into public.work values ($1, 0, $2)', [this.name, this.row]);
  }

  async round(number) {
    const token = this.token();
    // The name is everybody's, the text is not.
    const text = `select $1::text || '${this.name}'`;
    this.same('a token', await this.ask(text, [token], 'token'), [[token + this.name]]);
    await [this.rows, this.transaction, this.errors, this.settle, this.local, this.together, this.portions, this.copy][
      number % 8].call(this);
    this.same('its settings', await this.ask("select current_setting('app.tenant'),"
      + " current_setting('application_name'), current_setting('TimeZone'), current_setting('search_path')"),
    [this.settings]);
    this.same('its row', await this.stored(), [[this.row]]);
    this.same('its schema', await this.ask('select who || $1 from mine', [this.name], 'mine'),
      [[this.settings[3] + this.name]]);
  }

  stored() {
    return this.ask('select token from public.work where client = $1 and n = 0', [this.name], 'row');
  }

  async rows() {
    const token = this.token();
    const rows = await this.ask("select $1::text || '_' || n from generate_series(1, $2::int) n", [token, 50]);
    this.same('rows', rows, Array.from({ length: 50 }, (_, i) => [`${token}_${i + 1}`]));
  }

  async transaction() {
    const token = this.token();
    await this.ask('begin');
    await this.ask('update public.work set token = $1 where client = $2 and n = 0', [token, this.name], 'update');
    this.same('its row in the transaction', await this.stored(), [[token]]);
    if (this.tokens % 2 === 0) {
      await this.ask('commit');
      this.row = token;
    } else {
      await this.ask('rollback');
    }
  }

  async errors() {
    const token = this.token();
    await this.refused('22P02', token, this.ask('select $1::text::int', [token], 'error'));
    await this.refused('22012', 'division', this.ask('select 1 / $1::int', [0]));
    await this.refused('42703', token, this.ask(`select ${token}`));
    await this.ask('begin');
    await this.refused('23505', `(${this.name}, 0)`,
      this.ask('insert into public.work values ($1, 0, $2)', [this.name, token], 'insert'));
    await this.refused('25P02', 'aborted', this.ask('select 1'));
    await this.ask('rollback');
  }

  async local() {
    const token = this.token();
    await this.ask('begin');
    await this.ask(`set local app.tenant to '${token}'`);
    await this.ask(`set application_name to '${token}'`);
    this.same('a local setting', await this.ask("select current_setting('app.tenant')"), [[token]]);
    await this.ask('rollback');
  }

  async together() {
    const tokens = Array.from({ length: 20 }, () => this.token());
    const outcomes = await Promise.allSettled(tokens.map((token, i) =>
      this.ask(i % 5 === 0 ? 'select $1::text::int::text' : 'select $1::text', [token])));
    this.same('many at once', outcomes.map((outcome) =>
      (outcome.status === 'fulfilled' ? outcome.value[0][0] : outcome.reason.message.replace(/.*"(.*)"/, '$1'))), tokens);
  }

  async portions() {
    const token = this.token();
    await this.ask('begin');
    const cursor = this.client.query(
      new Cursor("select $1::text || '_' || n as t from generate_series(1, 25) n", [token]));
    const seen = [];
    for (let rows = await cursor.read(7); rows.length > 0; rows = await cursor.read(7)) {
      seen.push(...rows.map((row) => row.t));
    }
    await cursor.close();
    await this.ask('commit');
    this.same('portions', seen, Array.from({ length: 25 }, (_, i) => `${token}_${i + 1}`));
  }

  async copy() {
    const token = this.token();
    const lines = Array.from({ length: 50 }, (_, i) => `${this.name}\t${i}\t${token}\n`);
    await pipeline(Readable.from(lines), this.client.query(from('copy public.copied from stdin')));
    await this.refused('22P02', token, pipeline(Readable.from([...lines, `${this.name}\t${token}\tx\n`]),
      this.client.query(from('copy public.copied from stdin'))));
    const parts = [];
    await pipeline(
      this.client.query(to(`copy (select * from public.copied where client = '${this.name}' order by n) to stdout`)),
      new Writable({ write: (part, encoding, done) => done(void parts.push(part)) }));
    this.same('what it copied', Buffer.concat(parts).toString(), lines.join(''));
    await this.ask('delete from public.copied where client = $1', [this.name]);
  }

  async work(number) {
    try {
      await this.begin();
      for (let i = 0; i < least || Date.now() < end; i++) {
        await this.round(number + i);
      }
      await this.client.end();
    } catch (error) {
      this.wrong('has failed', `${error.code} ${error.stack}`, 'an answer');
      this.client.end().catch(() => undefined);
    }
  }
}

(async () => {
  await Promise.all(Array.from({ length: clients }, (_, i) => new Worker(i).work(i)));
  console.log(`queries: ${queries}`);
})();
