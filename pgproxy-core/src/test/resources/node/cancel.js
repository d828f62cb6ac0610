'use strict';
const { Client, Query } = require('pg');
const { say, fail, connected, scenario } = require('./client');

scenario(async (client) => {
  const watcher = await connected();
  say((await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid === client.processID);
  for (let i = 0; i < 3; i++) {
    let over = false;
    let query;
    const ended = new Promise((resolve) => {
      query = new Query('SELECT pg_sleep(30)', (error) => {
        over = true;
        resolve(error);
      });
      client.query(query);
    });
    const asleep = "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'";
    while (!over && (await watcher.query(asleep, [client.processID])).rows.length === 0);
    new Client().cancel(client, query);
    fail(await ended);
    say((await client.query('SELECT $1::text AS next', [`run ${i}`])).rows);
  }
  await watcher.end();
});
