// The electronic way of a letter: from the button over the signer's own program back to the number, and the e-Yazışma package that
// another institution would get; two people under one letter, and many letters with one press.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { as, looksRight, pdfOf, press, takes } from '../hands.mjs';
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

/** The authority of the town, or nothing where signing cannot be tried. */
async function signable(t) {
  const { authority } = await startTown();
  if (!authority) t.skip('openssl is not installed');
  else if (await answers()) t.skip(`another program listens at ${desk.host}:${desk.port}`);
  else return authority;
  return undefined;
}

test('a letter is signed on the signer’s own computer, gets its number and is packed as another institution can read it', async (t) => {
  const authority = await signable(t);
  if (!authority) return;
  const { url } = await startTown();
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

test('two people sign one letter, each with their own card, and the package says both', async (t) => {
  const authority = await signable(t);
  if (!authority) return;
  const { url } = await startTown();
  const [first, second] = await Promise.all(['director', 'deputy_mayor'].map(accountOf));
  const folder = mkdtempSync(join(tmpdir(), 'belde-e2e-iki-imza-'));
  await allow('Deneme');
  try {
    const receiver = `Ortak Kaymakamlığı ${Date.now()}`;
    await as('clerk', widths.office, (page) => know(page, receiver));
    const letter = await as('staff', widths.office, (page) => write(page, receiver, first, { second }));
    for (const [role, signer, end] of [['director', first, /sıradaki imza bekleniyor/], ['deputy_mayor', second, /E-24312041-700-\d+ sayısını aldı/]]) {
      const stop = await startAgent(url, authority.keyOf(signer.name));
      try {
        await as(role, widths.office, (page) => signInFolder(page, letter, end));
      } finally {
        await stop();
      }
    }
    const file = join(folder, 'yazi.eyp');
    writeFileSync(file, await as('staff', widths.phone, (page) => fetchPackage(page, letter)));
    const report = execFileSync(binary(), ['package', 'verify', file, '--anchors', authority.anchors], { encoding: 'utf8' });
    assert.ok(report.includes(first.name) && report.includes(second.name) && report.includes('Belediye Mührü'), report);
  } finally {
    await allow('Kullanılmıyor');
    rmSync(folder, { recursive: true, force: true });
  }
});

test('letters chosen in the folder are signed with one press; one that was taken back meanwhile stops no other', async (t) => {
  const authority = await signable(t);
  if (!authority) return;
  const { url } = await startTown();
  const signer = await accountOf('director');
  const stop = await startAgent(url, authority.keyOf(signer.name));
  await allow('Deneme');
  try {
    const receiver = `Toplu Kaymakamlığı ${Date.now()}`;
    await as('clerk', widths.office, (page) => know(page, receiver));
    const titles = ['Birinci', 'İkinci', 'Üçüncü'].map((it) => `${it} Bakım ${Date.now()}`);
    const letters = [];
    for (const title of titles) letters.push(await as('staff', widths.office, (page) => write(page, receiver, signer, { title })));
    await as('director', widths.office, (page) => signMany(page, titles, letters));
  } finally {
    await allow('Kullanılmıyor');
    await stop();
  }
});

test('a power cut in the middle of a batch loses no signature and no number, and the PIN is not asked for again', async (t) => {
  const authority = await signable(t);
  if (!authority) return;
  const town = await startTown();
  const signer = await accountOf('director');
  const stop = await startAgent(town.url, authority.keyOf(signer.name));
  await allow('Deneme');
  try {
    const receiver = `Kesinti Kaymakamlığı ${Date.now()}`;
    await as('clerk', widths.office, (page) => know(page, receiver));
    const titles = Array.from({ length: 8 }, (_, at) => `Kesinti ${at} ${Date.now()}`);
    const letters = [];
    for (const title of titles) letters.push(await as('staff', widths.office, (page) => write(page, receiver, signer, { title })));
    await as('director', widths.office, (page) => signThroughACut(page, { town, titles, letters, t }));
    const config = join(town.data, 'verify.toml');
    writeFileSync(config, `data = "${town.data}"\nlog_level = "warn"\n`);
    const said = execFileSync(binary(), ['verify', '--config', config], { encoding: 'utf8' });
    t.diagnostic(said.split('\n').filter((line) => /series|number|book|gap/i.test(line)).join(' | '));
  } finally {
    await allow('Kullanılmıyor');
    await stop();
  }
});

test('a PDF on an entry is signed on the signer’s own computer; the signed one hangs beside it and says whose signature holds', async (t) => {
  const authority = await signable(t);
  if (!authority) return;
  const { url } = await startTown();
  const signer = await accountOf('clerk');
  const stop = await startAgent(url, authority.keyOf(signer.name));
  await allow('Deneme');
  try {
    await as('clerk', widths.office, (page) => signPdf(page, signer));
  } finally {
    await allow('Kullanılmıyor');
    await stop();
  }
});

async function signPdf(page, signer) {
  const subject = `İmzalanacak Rapor ${Date.now()}`;
  const report = await pdfOf(page, `${subject}\n\nSunucuların bakımı yapılmıştır.`);
  await visit(page, '/evrak/yeni');
  await page.locator('input[name="correspondent"]').fill('Rapor Derneği');
  await page.locator('input[name="title"]').fill(subject);
  await page.locator('input[type="file"]').setInputFiles({ name: 'rapor.pdf', mimeType: 'application/pdf', buffer: report });
  await page.locator('input[name="title"]').focus();
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(at('/evrak'));
  const entry = new URL(page.url()).pathname;
  await looksRight(page, 'pdf-imza-evrak');
  await page.locator('.plain-list').getByRole('link', { name: 'rapor.pdf' }).click();
  await page.getByText('e-İmza yok').waitFor();
  await looksRight(page, 'pdf-imza-once');
  await press(page, 'Elektronik imzala');
  const link = page.getByRole('link', { name: 'İmza programında aç' });
  await link.waitFor();
  await looksRight(page, 'pdf-imza-baglanti');
  const [own] = await Promise.all([page.waitForEvent('popup'), link.click()]);
  await own.getByText('rapor.pdf').waitFor();
  await own.locator('input[name="sertifika"]').check();
  await own.getByRole('button', { name: 'İmzala (1 belge)' }).click();
  await own.getByText('imzalar portala iletildi').waitFor();
  await own.close();
  // The signed file is made by a job a moment later.
  const made = page.locator('.plain-list').getByRole('link', { name: 'rapor-imzali.pdf' });
  for (let tries = 0; tries < 40; tries += 1) {
    await visit(page, entry);
    if (await made.isVisible()) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await made.click();
  await page.getByText(`${signer.name} imzaladı`).waitFor();
  await page.getByText('Deneme imzası').waitFor();
  await page.locator('summary', { hasText: 'Denetim raporu' }).click();
  await looksRight(page, 'pdf-imza-sonra');
  await page.setViewportSize(widths.phone);
  await looksRight(page, 'pdf-imza-sonra');
}

async function signThroughACut(page, { town, titles, letters, t }) {
  await visit(page, '/imza-klasoru');
  await page.getByRole('link', { name: 'Elektronik imzamı bekleyen' }).click();
  await page.locator('tbody tr', { hasText: titles[0] }).waitFor();
  for (const title of titles) await page.locator('tbody tr', { hasText: title }).locator('input[type="checkbox"]').check();
  await page.getByRole('button', { name: 'Elektronik imzala', exact: true }).click();
  const link = page.getByRole('link', { name: 'İmza programında aç (8 yazı)' });
  const token = new URL(await link.getAttribute('href')).searchParams.get('is');
  /** Letters of the link that still wait; none once all are signed. */
  const waiting = async () => {
    const answer = await fetch(`${town.url}/api/v1/sign-job/${token}`);
    return answer.ok ? (await answer.json()).documents.length : 0;
  };
  const [own] = await Promise.all([page.waitForEvent('popup'), link.click()]);
  await own.locator('input[name="sertifika"]').check();
  const pressed = own.getByRole('button', { name: 'İmzala (8 belge)' }).click();
  // As soon as one letter of the batch has its number, the power goes.
  while ((await waiting()) === 8) await new Promise((resolve) => setTimeout(resolve, 2));
  const raise = await town.fall();
  try {
    await own.getByRole('heading', { name: 'İmzalar iletilemedi' }).waitFor();
    await pressed;
  } finally {
    await raise();
  }
  const left = await waiting();
  t.diagnostic(`${8 - left} of 8 letters were signed when the power went`);
  assert.ok(left < 8 && left > 0, `${left} letters wait`);
  assert.equal(await own.locator('input[name="pin"]').count(), 0);
  await own.getByRole('button', { name: 'Yeniden gönder' }).click();
  await own.getByText('8 belge imzalandı ve imzalar portala iletildi.').waitFor();
  const numbers = [];
  for (const letter of letters) {
    await visit(page, letter);
    numbers.push(Number(/E-24312041-700-(\d+)/.exec(await page.locator('main').innerText())[1]));
  }
  numbers.sort((one, other) => one - other);
  // Eight in a row: none burnt, none twice.
  assert.deepEqual(numbers, numbers.map((_, at) => numbers[0] + at));
  await own.close();
}

/** From the turn in the folder, which offers the card and not the button. */
async function signInFolder(page, letter, end) {
  await visit(page, '/imza-klasoru');
  await page.locator('tbody tr', { hasText: 'Elektronik imza bekliyor' }).locator('a').first().click();
  await page.waitForURL(at('/imza-klasoru'));
  assert.equal(await page.getByRole('button', { name: 'İmzala', exact: true }).count(), 0);
  await looksRight(page, 'e-imza-klasorden');
  await press(page, 'Elektronik imzala');
  const link = page.getByRole('link', { name: 'İmza programında aç' });
  await link.waitFor();
  const [own] = await Promise.all([page.waitForEvent('popup'), link.click()]);
  await own.locator('input[name="sertifika"]').check();
  await own.getByRole('button', { name: 'İmzala (1 belge)' }).click();
  await own.getByText(end).waitFor();
  await own.close();
  await visit(page, letter);
}

async function signMany(page, titles, letters) {
  await visit(page, '/imza-klasoru');
  await page.getByRole('link', { name: 'Elektronik imzamı bekleyen' }).click();
  await page.locator('tbody tr', { hasText: titles[0] }).waitFor();
  for (const title of titles) await page.locator('tbody tr', { hasText: title }).locator('input[type="checkbox"]').check();
  await looksRight(page, 'e-imza-toplu-secim');
  await page.getByRole('button', { name: 'Elektronik imzala', exact: true }).click();
  const link = page.getByRole('link', { name: 'İmza programında aç (3 yazı)' });
  await link.waitFor();
  await looksRight(page, 'e-imza-toplu-baglanti');
  const [own] = await Promise.all([page.waitForEvent('popup'), link.click()]);
  await own.getByRole('button', { name: 'İmzala (3 belge)' }).waitFor();
  for (const title of titles) await own.getByText(title).waitFor();
  await looksRight(own, 'e-imza-toplu-program');
  await as('staff', widths.office, async (writer) => {
    await visit(writer, letters[1]);
    await press(writer, 'İmzadan geri çek');
    await writer.locator('textarea[name="gerekce"]').fill('Yanlış yazılmış.');
    await writer.keyboard.press('Control+Enter');
    await writer.getByText('Yazı imzadan geri çekildi').waitFor();
  });
  await own.locator('input[name="sertifika"]').check();
  await own.getByRole('button', { name: 'İmzala (3 belge)' }).click();
  await own.getByText('2 belge imzalandı ve imzalar portala iletildi.').waitFor();
  await own.getByText('1 belge imzalanmadı').waitFor();
  const [first, second, third] = await own.locator('ol.belgeler li').allInnerTexts();
  assert.match(first, /E-24312041-700-\d+ sayısını aldı/);
  assert.match(second, /artık imzanızı beklemiyor/);
  assert.match(third, /E-24312041-700-\d+ sayısını aldı/);
  await looksRight(own, 'e-imza-toplu-sonuc');
  await own.getByRole('link', { name: 'Portala dön' }).click();
  await own.waitForURL('**/imza-klasoru');
  await own.close();
}

/** Whom it goes to, as the state knows them. */
async function know(page, name) {
  await visit(page, '/muhataplar/yeni');
  await page.locator('select[name="rank"]').selectOption({ label: 'Üst makam' });
  await page.locator('input[name="detsis"]').fill(String(10_000_000 + Math.floor(Math.random() * 80_000_000)));
  await page.locator('input[name="name"]').fill(name);
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(at('/muhataplar'));
}

async function write(page, receiver, signer, { title = 'Sunucu Bakımı', second } = {}) {
  await visit(page, '/yazilar/yeni');
  await page.locator('input[name="title"]').fill(title);
  await page.locator('textarea[name="addressees"]').fill(receiver);
  await page.locator('textarea[name="body"]').fill('Sunucuların bakımı yapılmıştır.\n\nBilgilerinizi arz ederim.');
  await page.locator('select[name="medium"]').selectOption({ label: 'Elektronik imzayla' });
  await page.locator('select[name="file_code_id"]').selectOption({ label: '700 Bilgi Sistemleri ve Bilgi İşlem' });
  const hand = page.locator('select[name="signer_id"]');
  await hand.focus();
  await hand.selectOption({ label: signer.name });
  if (second) {
    await page.getByText('İkinci imza, vekâlet, yetki devri').click();
    await page.locator('select[name="second_signer_id"]').selectOption({ label: second.name });
  }
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
