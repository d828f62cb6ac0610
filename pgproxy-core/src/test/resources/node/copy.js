'use strict';
const { pipeline } = require('node:stream/promises');
const { Readable, Writable } = require('node:stream');
const { from, to } = require('pg-copy-streams');
const { say, refused, scenario } = require('./client');

async function collected(stream) {
  const parts = [];
  await pipeline(stream, new Writable({ write: (part, encoding, done) => done(void parts.push(part)) }));
  return Buffer.concat(parts).toString();
}

scenario(async (client) => {
  await client.query('CREATE TABLE c (i int, t text)');
  const lines = Array.from({ length: 20000 }, (_, i) => `${i}\trow ${i}\n`);
  await pipeline(Readable.from(lines), client.query(from('COPY c FROM STDIN')));
  const text = await collected(client.query(to('COPY c TO STDOUT')));
  say(text === lines.join(''));
  await refused(pipeline(Readable.from(['1\ta\n', 'x\tb\n']), client.query(from('COPY c FROM STDIN'))));
  say((await client.query('SELECT count(*), sum(i) FROM c')).rows);
  await refused(collected(client.query(to('COPY (SELECT 1 / (5 - i) FROM generate_series(1, 10) i) TO STDOUT'))));
  say((await client.query('SELECT 1 AS next')).rows);
});
