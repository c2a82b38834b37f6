// A power cut in the middle of lines that come in, again and again: what was acknowledged over RELP is there afterwards, sealed, and
// nothing that was sent is there more often than it was sent.

import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { test } from 'node:test';
import { freePort, startHouse } from '../lib.mjs';

const cuts = 5;
const together = 40;

/** Sends lines until the connection breaks; answers how many were sent and how many acknowledged. */
function sendUntilCut(port, begin) {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    let [transaction, sent, acknowledged, heard] = [1, 0, 0, ''];
    const frame = (command, data) => `${transaction++} ${command} ${Buffer.byteLength(data)} ${data}\n`;
    const more = () => {
      let out = '';
      for (let count = 0; count < together; count++, sent++) {
        out += frame('syslog', `<30>dhcpd[77]: DHCPACK on 10.20.4.17 to 4c:55:41:a0:fa:99 (pc-${begin + sent}) via eth0`);
      }
      socket.write(out);
    };
    socket.on('connect', () => socket.write(frame('open', 'relp_version=0\ncommands=syslog')));
    socket.on('data', (chunk) => {
      heard += chunk;
      const lines = heard.split('\n');
      heard = lines.pop();
      const before = acknowledged;
      acknowledged += lines.filter((it) => /^\d+ rsp 6 200 OK$/.test(it)).length;
      if (sent === 0 ? lines.some((it) => it.includes('commands=syslog')) : acknowledged > before && acknowledged === sent) more();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve({ sent, acknowledged }));
  });
}

test('lines that were acknowledged outlive a power cut in the middle of taking them in', async () => {
  const port = await freePort();
  const house = await startHouse({ logListen: `relp:127.0.0.1:${port}` });
  let [sent, acknowledged] = [0, 0];
  try {
    for (let cut = 0; cut < cuts; cut++) {
      const sending = sendUntilCut(port, sent);
      await new Promise((resolve) => setTimeout(resolve, 700 + 150 * cut));
      await house.fall();
      const one = await sending;
      sent += one.sent;
      acknowledged += one.acknowledged;
    }
    assert.ok(acknowledged > cuts * together, `only ${acknowledged} lines were acknowledged`);
    await house.fall();
    let there = 0;
    for (let look = 0; look < 40 && there < acknowledged; look++) {
      const said = /(\d+) lines computed again/.exec(house.run('verify', '--lines'));
      there = Number(said?.[1] ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    assert.ok(there >= acknowledged, `${there} lines are there, ${acknowledged} were acknowledged`);
    assert.ok(there <= sent, `${there} lines are there, ${sent} were sent`);
  } finally {
    await house.stop();
  }
});
