// A prosecutor asks who used an address: one writes it down, another agrees, the record answers, and openssl checks what is sent. And a
// question of somebody who knows SQL.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { as, looksRight, press, takes } from '../hands.mjs';
import { startTown, visit, widths } from '../lib.mjs';

function send(port, lines) {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port }, () => socket.end(lines.map((it) => `${it}\n`).join('')));
    socket.once('close', resolve);
    socket.once('error', reject);
  });
}

/** Day and time of an instant in Türkiye, as a firewall writes them. */
function parts(at) {
  const [day, time] = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Istanbul', dateStyle: 'short', timeStyle: 'medium' }).format(at).split(' ');
  return { day, time };
}

/** The same as people write it. */
const typed = (at) => parts(at).day.split('-').reverse().join('.').concat(' ', parts(at).time);

const session = (at) => {
  const { day, time } = parts(at);
  return `<189>date=${day} time=${time} devname="yolcu-fg" devid="FG100" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" eventtime=${at.getTime()}000000 tz="+0300" srcip=10.98.0.21 srcport=51515 dstip=203.0.113.77 dstport=443 proto=6 action="close" trandisp="snat" transip=198.51.100.77 transport=40077 sessionid=7777 duration=120 sentbyte=1000 rcvdbyte=2000`;
};
const lease = '<30>dhcpd[77]: DHCPACK on 10.98.0.21 to 4c:55:41:aa:cc:21 (sorulan-pc) via eth0';

test('an authority is answered by two people, and the bundle holds with openssl alone', async () => {
  const { logPort } = await startTown();
  const now = new Date();
  await send(logPort, [lease, session(now)]);
  const request = await as('admin', widths.office, async (page) => {
    await visit(page, '/kayit-talepleri/yeni');
    await page.locator('select[name="authority"]').selectOption('prosecutor');
    await page.locator('input[name="authority_name"]').fill('Kumköy Cumhuriyet Başsavcılığı');
    await page.locator('input[name="file_number"]').fill('2026/1453');
    await page.locator('input[name="file_on"]').fill(typed(now).slice(0, 10));
    await page.locator('textarea[name="reason"]').fill('5651 sayılı Kanun uyarınca.');
    await page.locator('input[name="ip"]').fill('198.51.100.77');
    await page.locator('input[name="port"]').fill('40077');
    await page.locator('input[name="moment"]').fill(typed(new Date(now.getTime() - 60_000)));
    await looksRight(page, 'kayit-talebi-yeni');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/kayit-talepleri\/[0-9a-f-]{36}$/);
    await press(page, 'Onaya gönder');
    await page.getByText('Onay bekliyor').first().waitFor();
    // Who wrote it cannot agree to it.
    assert.equal(await page.getByRole('button', { name: 'Onayla', exact: true }).count(), 0);
    return new URL(page.url()).pathname;
  });
  await as('director', widths.phone, async (page) => {
    await visit(page, request);
    await looksRight(page, 'kayit-talebi-onay');
    await press(page, 'Onayla');
    await page.getByText('Onaylandı').first().waitFor();
  });
  await as('admin', widths.office, async (page) => {
    await visit(page, request);
    await press(page, 'Yanıtla');
    await page.waitForURL(/\/yanit$/);
    await page.getByText('4c:55:41:aa:cc:21').first().waitFor();
    await page.getByText('sorulan-pc').first().waitFor();
    await looksRight(page, 'kayit-talebi-yanit');
    const bundle = await takes(page, page.getByRole('link', { name: /Kanıt paketi/ }), 'PK');
    const folder = mkdtempSync(join(tmpdir(), 'belde-yanit-'));
    writeFileSync(join(folder, 'paket.zip'), bundle);
    const unpacked = spawnSync('python3', ['-m', 'zipfile', '-e', 'paket.zip', '.'], { cwd: folder, encoding: 'utf8' });
    assert.equal(unpacked.status, 0, unpacked.stderr);
    const checked = spawnSync('sh', ['dogrula.sh'], { cwd: folder, encoding: 'utf8' });
    assert.match(checked.stdout, /HEPSİ TUTUYOR\n$/, checked.stderr);
    writeFileSync(join(folder, 'satirlar/1.txt'), 'x');
    assert.notEqual(spawnSync('sh', ['dogrula.sh'], { cwd: folder }).status, 0, 'a changed line is found');
  });
});

test('who knows SQL asks with the keyboard alone, and a mistake keeps what was typed', async () => {
  const { logPort } = await startTown();
  await send(logPort, [lease]);
  await as('admin', widths.office, async (page) => {
    await visit(page, '/erisim-kayitlari/sql');
    await looksRight(page, 'sql-sorgusu');
    await page.getByLabel('Sorgu (SQLite)').focus();
    await page.keyboard.type("SELECT ip, mac FROM access_logs WHERE ip = '10.98.0.21' LIMITS 1");
    await page.keyboard.press('Tab');
    await page.keyboard.type('Yolculuk denemesi');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Sorgu anlaşılamadı').first().waitFor();
    const query = page.getByLabel('Sorgu (SQLite)');
    assert.match(await query.inputValue(), /LIMITS 1$/);
    await query.fill("SELECT ip, mac FROM access_logs WHERE ip = '10.98.0.21' LIMIT 1");
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { name: 'Yanıt' }).waitFor();
    await page.getByText('4c:55:41:aa:cc:21').waitFor();
    await looksRight(page, 'sql-yaniti');
    await page.getByLabel('Yanıt', { exact: true }).selectOption({ label: 'CSV dosyası indir' });
    const file = await takes(page, page.getByRole('button', { name: 'Çalıştır' }), '');
    assert.match(file.toString(), /^\ufeffip;mac\r?\n10\.98\.0\.21;4c:55:41:aa:cc:21/);
  });
});
