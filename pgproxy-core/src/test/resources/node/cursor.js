'use strict';
const Cursor = require('pg-cursor');
const { say, refused, scenario } = require('./client');

scenario(async (client) => {
  const cursor = client.query(new Cursor('SELECT i FROM generate_series(1, $1::int) i', [25]));
  for (let rows = await cursor.read(10); rows.length > 0; rows = await cursor.read(10)) {
    say(rows.map((row) => row.i));
  }
  await cursor.close();

  // Closed before its end, by Close and Sync of a portal that is suspended.
  const half = client.query(new Cursor('SELECT i FROM generate_series(1, 100000) i'));
  say((await half.read(3)).length);
  await half.close();
  say((await client.query('SELECT 1 AS next')).rows);

  const broken = client.query(new Cursor('SELECT 10 / (7 - i) AS q FROM generate_series(1, 10) i'));
  say(await broken.read(5));
  await refused(broken.read(5));
  say((await client.query('SELECT 2 AS next')).rows);
});
