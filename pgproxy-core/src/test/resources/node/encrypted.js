'use strict';
const { say, scenario } = require('./client');

scenario(async (client) => {
  const { rows } = await client.query('SELECT current_user AS name');
  say(rows[0].name, client.connection.stream.encrypted === true);
});
