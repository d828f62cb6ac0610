'use strict';
const { say, refused, scenario } = require('./client');

scenario(async (client) => {
  await client.query('CREATE TABLE t (i int PRIMARY KEY)');
  await client.query('BEGIN');
  await client.query('INSERT INTO t VALUES ($1)', [1]);
  await client.query('SAVEPOINT s');
  await refused(client.query('INSERT INTO t VALUES ($1)', [1]));
  await refused(client.query('SELECT 1'));
  await client.query('ROLLBACK TO s');
  await client.query('INSERT INTO t VALUES (2)');
  await client.query('COMMIT');
  await client.query('BEGIN');
  await refused(client.query({ name: 'broken', text: 'SELECT nope' }));
  await refused(client.query('SELECT $1::int', ['no number']));
  say((await client.query('COMMIT')).command);
  await refused(client.query('SELECT 1/0'));
  await refused(client.query('SELEC'));
  await refused(client.query("DO $$ BEGIN RAISE EXCEPTION 'e' USING DETAIL = 'd', HINT = 'h', ERRCODE = 'ZZ001'; END $$"));
  say((await client.query('SELECT i FROM t ORDER BY i')).rows);
});
