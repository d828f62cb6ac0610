'use strict';
const { say, refused, scenario } = require('./client');

function shown(result) {
  const results = Array.isArray(result) ? result : [result];
  for (const { command, rowCount, fields, rows } of results) {
    say(command, rowCount, fields.map((field) => [field.name, field.dataTypeID]), rows);
  }
}

scenario(async (client) => {
  // Simple queries, several in one string, results of many rows.
  shown(await client.query('SELECT 1 AS one, NULL AS nothing, now() IS NOT NULL AS is_now'));
  shown(await client.query("CREATE TABLE n (i int, t text); INSERT INTO n VALUES (1, 'a'), (2, 'b'); TABLE n; SELECT 3"));
  shown(await client.query(''));
  const many = await client.query("SELECT i, repeat('x', i % 100) AS x FROM generate_series(1, 20000) i");
  say(many.rows.length, many.rows.reduce((sum, row) => sum + row.x.length, 0));
  shown(await client.query("DO $$ BEGIN RAISE NOTICE 'from within'; END $$"));

  // Parameters of many types, values that have to survive.
  shown(await client.query('SELECT $1::int + 1 AS i, $2::text AS t, $3::jsonb AS j, $4::timestamptz AS at, $5::int[] AS a',
    [41, "ü€\\'\" \n", { a: [1, null] }, new Date(0), [1, null, 3]]));
  shown(await client.query('SELECT $1::bytea AS b, $2::numeric AS n, $3::bool AS yes', [Buffer.from([0, 255, 39]), '1.50', true]));
  shown(await client.query({ text: 'SELECT $1::int4 AS i, $2::bool AS b', values: [7, false], binary: true, rowMode: 'array' }));

  // Named statements: parsed once, bound often, refused under another text.
  for (let i = 0; i < 50; i++) {
    const result = await client.query({ name: 'twice', text: 'SELECT $1::int * 2 AS twice', values: [i] });
    if (result.rows[0].twice !== i * 2) {
      say('wrong', i, result.rows);
    }
  }
  await refused(client.query({ name: 'twice', text: 'SELECT 2', values: [] }));
  shown(await client.query("SELECT name, statement FROM pg_prepared_statements"));

  // Many at once, which the driver queues, errors among them.
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, (_, i) => client.query('SELECT 100 / (50 - $1::int) AS q', [i])));
  say(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.rows[0].q : outcome.reason.code)));
});
