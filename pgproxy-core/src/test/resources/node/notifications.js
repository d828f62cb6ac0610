'use strict';
const { once } = require('node:events');
const { say, connected, scenario } = require('./client');

scenario(async (listener) => {
  const sender = await connected();
  await listener.query('LISTEN news');
  for (const text of ['one', 'two', '']) {
    const heard = once(listener, 'notification');
    await sender.query('SELECT pg_notify($1, $2)', ['news', text]);
    const [notification] = await heard;
    say(notification.channel, notification.payload, notification.processId === sender.processID);
  }
  await sender.end();
});
