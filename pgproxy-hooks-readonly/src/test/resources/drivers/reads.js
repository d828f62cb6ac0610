'use strict';
// What pg of Node.js reads: simple, with parameters, by name, binary, by a cursor, many at once, in a block.
const { Client } = require('pg');
const Cursor = require('pg-cursor');

const plain = [
  'select * from kinds order by id',
  'select * from odd order by id',
  'select * from kinds where id = 2',
  'select * from wide order by id',
  'select from kinds',
  'select * from nobody',
  'table many',
  'select random() < 2 as always',
  'update scratch set n = 1',
  'select * from kinds order by id',
];
const byId = 'select * from kinds where id = $1';
const error = 'select 1 / (id - 1) from kinds order by id desc';
// Not decoded: what comes is compared where it comes along.
const types = { getTypeParser: () => (value) => value };

async function refused(promise) {
  try {
    await promise;
  } catch {
    return;
  }
  throw new Error('no error');
}

async function portions(client, text, values, size) {
  const cursor = client.query(new Cursor(text, values, { types }));
  while ((await cursor.read(size)).length > 0) {
    // until there are no more
  }
  await cursor.close();
}

(async () => {
  const client = new Client();
  await client.connect();
  const ask = (query) => client.query({ types, ...query });
  for (const [i, text] of plain.entries()) {
    for (const how of [{}, { values: [] }, { values: [], binary: true }, { name: `n${i}` }, { name: `b${i}`, binary: true }]) {
      await ask({ text, ...how });
    }
  }
  for (let i = 0; i < 8; i++) {
    await ask({ text: byId, values: [i % 4] });
    await ask({ text: byId, values: [i % 4], name: 'byId' });
    await ask({ text: byId, values: [i % 4], name: 'byIdBinary', binary: true });
    await ask({ text: byId, values: [null], rowMode: 'array' });
  }
  await ask({ text: 'select 1; table many; select * from nobody' });
  await refused(ask({ text: error }));
  await refused(ask({ text: error, values: [] }));
  await refused(ask({ text: byId, values: ['not a number'] }));
  await Promise.all(Array.from({ length: 20 }, (_, i) => ask({ text: byId, values: [i % 4] })));
  await ask({ text: 'select id, num from kinds where id = any($1) and bin <> $2', values: [[1, 2, 3], Buffer.from([0])] });
  for (const size of [7, 10, 50, 100]) {
    await portions(client, 'table many', [], size);
    await portions(client, 'select * from many where id <> $1', [50], size);
  }
  const left = client.query(new Cursor('table many', [], { types }));
  await left.read(3);
  await left.close();
  await ask({ text: 'begin' });
  for (const text of plain) {
    await ask({ text });
    await ask({ text, values: [] });
  }
  await portions(client, 'table many', [], 7);
  await ask({ text: 'rollback' });
  await ask({ text: 'begin' });
  await portions(client, 'table many', [], 7);
  await refused(ask({ text: error }));
  await refused(ask({ text: byId, values: [1] }));
  await ask({ text: 'rollback' });
  await client.end();
})().catch((failure) => {
  console.log(failure.stack);
  process.exit(1);
});
