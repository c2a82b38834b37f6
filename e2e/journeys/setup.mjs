// A new server, from its one-time link to the first administrator's day: with the keyboard on a phone-sized screen for a
// text of our own, and with each of the five real regulations where they are at hand.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertAccessible, openPage, picture, startHouse, totp, widths } from '../lib.mjs';

const shared = process.env.BELDE_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
const password = 'yeşil bir bahçe kapısı 61';

const ours = `KUMKÖY BELEDİYESİ
BİLGİ İŞLEM MÜDÜRLÜĞÜ YÖNETMELİĞİ

Amaç
MADDE 1- (1) Bu Yönetmeliğin amacı, Bilgi İşlem Müdürlüğünün çalışma esaslarını düzenlemektir.

Teşkilat
MADDE 2- (1) Müdürlüğün teşkilatı şöyledir:
a) Yazılım Servisi
b) Donanım Servisi

Kadro
MADDE 3- (1) Müdürlükte görev yapanların unvan ve sayıları şöyledir:
a) Müdür 1
b) Memur 4

Görevler
MADDE 4- (1) Müdürlüğün görevleri şunlardır:
a) Donanım ve yazılım arızalarını gidermek.
b) Sunucuların yedeğini almak.

Yürürlük
MADDE 5- (1) Bu Yönetmelik yayımı tarihinde yürürlüğe girer.
`;

/** Gives the text as a person would: pasted, or as a file of this kind. */
async function giveText(page, text, how) {
  if (how === 'paste') {
    await page.locator('textarea[name="metin"]').fill(text);
    return;
  }
  const file = { name: 'yonetmelik.txt', mimeType: 'text/plain', buffer: Buffer.from(text) };
  if (how === 'pdf') {
    const printer = await page.context().newPage();
    const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    await printer.setContent(`<pre style="white-space: pre-wrap; font: 11pt 'DejaVu Serif'">${escaped}</pre>`);
    Object.assign(file, { name: 'yonetmelik.pdf', mimeType: 'application/pdf', buffer: await printer.pdf({ format: 'A4' }) });
    await printer.close();
  }
  await page.locator('input[type="file"]').setInputFiles(file);
}

/** Goes through the wizard; answers what was found on the way. */
async function setUp({ name, text, how, viewport, isLookedAt, staysForADay }) {
  const house = await startHouse();
  const { page, complaints, close } = await openPage({ viewport, at: house.url });
  const step = async (number, title) => {
    await page.waitForLoadState();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${name}: ${page.url()} scrolls sideways by ${wide} px`);
    if (isLookedAt) await assertAccessible(page, `${name} ${title}`);
    await picture(page, `kurulum-${name}-${number}-${title}`);
    assert.deepEqual(complaints.splice(0), [], `the browser complained at ${title}`);
  };
  try {
    await page.goto(house.link);
    await step(1, 'belediye');
    await page.locator('input[name="town"]').fill('Kumköy Belediyesi');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL('**/kurulum/yonetmelik');
    await step(2, 'yonetmelik');
    await page.getByRole('link', { name: 'Yönetmeliği ver' }).press('Enter');
    await page.waitForURL('**/yonetmelik/yeni');
    await giveText(page, text, how);
    await step(3, 'metin');
    await page.locator('main form button[type="submit"]').first().press('Enter');
    await page.waitForURL('**/duzelt*');
    await step(4, 'duzelt');
    await page.getByRole('link', { name: 'Onaya geç' }).press('Enter');
    await page.waitForURL('**/onayla');
    const doubts = page.locator('input[name="bakildi"]');
    if (await doubts.count()) await doubts.press('Space');
    await step(5, 'onayla');
    await page.locator('main form button[type="submit"]').first().press('Enter');
    await page.waitForURL('**/teskilat');
    const units = await page.locator('input[name^="birim"][name$="_ad"]').evaluateAll((all) => all.map((it) => it.value).filter(Boolean));
    await step(6, 'teskilat');
    await page.locator('main form button[type="submit"]').first().press('Enter');
    await page.waitForURL('**/kurulum/yonetici');
    await page.locator('input[name="name"]').fill('Ayşe Yılmaz');
    await page.locator('input[name="username"]').fill('ayse');
    await page.locator('input[name="password"]').fill(password);
    await page.locator('input[name="password_again"]').fill(password);
    const secret = (await page.locator('details code').textContent()).replaceAll(' ', '');
    await page.locator('input[name="kod"]').fill(totp(secret, Date.now()));
    await step(7, 'yonetici');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { name: 'Kurulum tamam' }).waitFor();
    const made = await page.locator('dl.facts').innerText();
    assert.match(made, new RegExp(`Birim\\s+${units.length}\\b`), 'what was proposed is what was opened');
    await step(8, 'tamam');
    assert.equal((await page.goto(house.link)).status(), 404, 'the link works once');
    complaints.splice(0);
    return { units, ...(staysForADay && (await firstDay(page, house.url, secret, name))) };
  } finally {
    await close();
    await house.stop();
  }
}

/** The administrator signs in and looks at what was made. */
async function firstDay(page, url, secret, name) {
  await page.goto(`${url}/giris`);
  await page.locator('input[autocomplete~="username"]').fill('ayse');
  await page.locator('input[type="password"]').fill(password);
  await page.keyboard.press('Enter');
  const code = page.locator('input[autocomplete="one-time-code"]');
  await code.waitFor();
  // The code of the set-up is used up; the next one comes with the next half minute.
  const used = Math.floor(Date.now() / 30_000);
  while (Math.floor(Date.now() / 30_000) === used) await new Promise((resolve) => setTimeout(resolve, 250));
  await code.fill(totp(secret, Date.now()));
  await code.press('Enter');
  await page.waitForURL((it) => !it.pathname.startsWith('/giris'));
  if (page.url().includes('/hesabim/gizlilik')) {
    await page.locator('main form button[type="submit"]').first().press('Enter');
    await page.waitForURL((it) => !it.pathname.includes('gizlilik'));
  }
  await page.goto(`${url}/teskilat/sema`);
  const chart = await page.locator('main').innerText();
  await picture(page, `kurulum-${name}-9-sema`);
  await page.goto(`${url}/gorevler`);
  await picture(page, `kurulum-${name}-10-gorevler`);
  return { chart, duties: await page.locator('table.rows tbody tr').count() };
}

test('a directorate is set up on a phone from a pasted regulation', async () => {
  const found = await setUp({ name: 'kumkoy', text: ours, how: 'paste', viewport: widths.phone, isLookedAt: true, staysForADay: true });
  assert.deepEqual(found.units, ['Bilgi İşlem Müdürlüğü', 'Yazılım Servisi', 'Donanım Servisi']);
  for (const unit of found.units) assert.match(found.chart, new RegExp(unit));
  assert.ok(found.duties > 0);
});

const real = [
  { name: 'kars', how: 'text', units: 5 },
  { name: 'cayirova', how: 'pdf', units: 1 },
  { name: 'karabaglar', how: 'paste', units: 7 },
  { name: 'kecioren', how: 'text', units: 8 },
  { name: 'caycuma', how: 'paste', units: 4 },
];

for (const { name, how, units } of real) {
  const path = join(shared, 'regulations', `${name}.txt`);
  const skip = existsSync(path) ? false : `${name}.txt is not here; set BELDE_SHARED`;
  test(`a directorate is set up from the real regulation of ${name} in under five minutes`, { skip }, async () => {
    const began = Date.now();
    const text = readFileSync(path, 'utf8');
    const found = await setUp({ name, text, how, viewport: widths.office, isLookedAt: name === 'kars' });
    assert.equal(found.units.length, units, found.units.join(', '));
    const seconds = Math.round((Date.now() - began) / 1000);
    console.log(`# ${name}: ${seconds} s from the link to the end of the wizard`);
    assert.ok(seconds < 300);
  });
}
