'use strict';
// Runs a scenario on a connection made from libpq's environment variables, and prints what it saw as lines of JSON.
const { Client } = require('pg');

function say(...seen) {
  console.log(JSON.stringify(seen, (key, value) => (typeof value === 'bigint' ? `${value}` : value)));
}

function fail(error) {
  const { severity, code, message, detail, hint, position, where, routine } = error;
  say('error', { severity, code, message, detail, hint, position, where, routine });
}

async function refused(promise) {
  try {
    await promise;
    say('no error');
  } catch (error) {
    fail(error);
  }
}

async function connected() {
  const client = new Client();
  client.on('notice', (notice) => say('notice', notice.severity, notice.code, notice.message));
  await client.connect();
  return client;
}

function scenario(body) {
  (async () => {
    const client = await connected();
    await body(client);
    await client.end();
  })().catch((error) => {
    console.log(error.stack);
    process.exit(1);
  });
}

module.exports = { say, fail, refused, connected, scenario };
