// The electronic way of a letter: from the button over the signer's own program back to the number, and the e-Yazışma package that
// another institution would get.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { as, looksRight, press, takes } from '../hands.mjs';
import { accountOf, binary, startTown, visit, widths } from '../lib.mjs';

const at = (list) => new RegExp(`${list}/[0-9a-f-]{36}$`);
/** Where the pages of the server lead to. */
const desk = { host: '127.0.0.1', port: 51515 };

const answers = () => new Promise((tell) => {
  const socket = net.connect(desk);
  socket.once('connect', () => { socket.destroy(); tell(true); });
  socket.once('error', () => tell(false));
});

/** The program on the signer's computer, with a key in a file instead of a card. */
async function startAgent(url, key) {
  const child = spawn(binary(), ['sign-agent', '--portal', url, '--trial-key', key], { stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk.toString()));
  const deadline = Date.now() + 20_000;
  while (!(await answers())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      kill();
      throw new Error(`belde sign-agent did not start:\n${said.join('')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    kill();
    await gone;
    process.removeListener('exit', kill);
  };
}

/** Off, for trials, or for good. */
const allow = (label) => as('admin', widths.office, async (page) => {
  await visit(page, '/yonetim/ayarlar');
  const choice = page.locator('select[name="documents.electronic_signature"]');
  await choice.focus();
  await choice.selectOption({ label });
  await page.keyboard.press('Control+Enter');
  await page.locator('.flash').waitFor();
});

test('a letter is signed on the signer’s own computer, gets its number and is packed as another institution can read it', async (t) => {
  const { url, authority } = await startTown();
  if (!authority) {
    t.skip('openssl is not installed');
    return;
  }
  if (await answers()) {
    t.skip(`another program listens at ${desk.host}:${desk.port}`);
    return;
  }
  const signer = await accountOf('director');
  const folder = mkdtempSync(join(tmpdir(), 'belde-e2e-imza-'));
  const stop = await startAgent(url, authority.keyOf(signer.name));
  await allow('Deneme');
  try {
    const receiver = `Yolculuk Kaymakamlığı ${Date.now()}`;
    await as('clerk', widths.office, (page) => know(page, receiver));
    const letter = await as('staff', widths.office, (page) => write(page, receiver, signer));
    await as('director', widths.office, (page) => signThere(page, letter));
    const eyp = await as('staff', widths.phone, (page) => fetchPackage(page, letter));
    const file = join(folder, 'yazi.eyp');
    writeFileSync(file, eyp);
    const report = execFileSync(binary(), ['package', 'verify', file, '--anchors', authority.anchors], { encoding: 'utf8' });
    assert.ok(report.includes(signer.name) && report.includes('Belediye Mührü'), report);
  } finally {
    await allow('Kullanılmıyor');
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Whom it goes to, as the state knows them. */
async function know(page, name) {
  await visit(page, '/muhataplar/yeni');
  await page.locator('select[name="rank"]').selectOption({ label: 'Üst makam' });
  await page.locator('input[name="detsis"]').fill(String(10_000_000 + Math.floor(Math.random() * 80_000_000)));
  await page.locator('input[name="name"]').fill(name);
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(at('/muhataplar'));
}

async function write(page, receiver, signer) {
  await visit(page, '/yazilar/yeni');
  await page.locator('input[name="title"]').fill('Sunucu Bakımı');
  await page.locator('textarea[name="addressees"]').fill(receiver);
  await page.locator('textarea[name="body"]').fill('Sunucuların bakımı yapılmıştır.\n\nBilgilerinizi arz ederim.');
  await page.locator('select[name="medium"]').selectOption({ label: 'Elektronik imzayla' });
  await page.locator('select[name="file_code_id"]').selectOption({ label: '700 Bilgi Sistemleri ve Bilgi İşlem' });
  const hand = page.locator('select[name="signer_id"]');
  await hand.focus();
  await hand.selectOption({ label: signer.name });
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(at('/yazilar'));
  await press(page, 'İmzaya sun');
  await page.getByText('Yazı imzaya sunuldu.').waitFor();
  return new URL(page.url()).pathname;
}

/** On the server to the button, in the program to the signature, and back. */
async function signThere(page, letter) {
  await visit(page, letter);
  await looksRight(page, 'e-imza-bekliyor');
  await press(page, 'Elektronik imzala');
  const link = page.getByRole('link', { name: 'İmza programında aç' });
  await link.waitFor();
  await looksRight(page, 'e-imza-baglanti');
  const [own] = await Promise.all([page.waitForEvent('popup'), link.click()]);
  await own.getByText('Deneme sertifikası').waitFor();
  await looksRight(own, 'e-imza-program');
  await own.locator('input[name="sertifika"]').check();
  await own.getByRole('button', { name: 'İmzala (1 belge)' }).click();
  await own.getByText('imzalar portala iletildi').waitFor();
  await looksRight(own, 'e-imza-imzalandi');
  await own.getByRole('link', { name: 'Portala dön' }).click();
  await own.waitForURL(`**${letter}`);
  await own.getByText('İmzalandı').first().waitFor();
  assert.match(await own.locator('main').innerText(), /E-24312041-700-\d+/);
  await own.close();
}

/** The package is made by a job a moment later. */
async function fetchPackage(page, letter) {
  const link = page.getByRole('link', { name: 'e-Yazışma paketini indir (.eyp)' });
  for (let tries = 0; tries < 40; tries += 1) {
    await visit(page, letter);
    if (await link.isVisible()) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await looksRight(page, 'e-imza-paket');
  return takes(page, link, 'PK');
}
