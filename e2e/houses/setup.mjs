// A new server, from its one-time link to the first administrator's day, with the keyboard: for a text of our own, and for
// each of the five real regulations where they are at hand, on a phone and on an office screen.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertAccessible, colourRules, openPage, picture, startHouse, totp, widths } from '../lib.mjs';
import { assertStands } from '../measure.mjs';

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

/** CRC-32 as zip files have it (ISO 3309). */
function crc32(bytes) {
  let sum = 0xffff_ffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb8_8320 : 0);
  }
  return (sum ^ 0xffff_ffff) >>> 0;
}

/** A Word document with a paragraph for each line: a zip of three stored parts (APPNOTE 4.3.7, 4.3.12, 4.3.16). */
function docx(text) {
  const escaped = (line) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const paragraphs = text.split('\n').map((line) => `<w:p><w:r><w:t xml:space="preserve">${escaped(line)}</w:t></w:r></w:p>`);
  const space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
  const files = {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': '<Relationships><Relationship Type="http://x/officeDocument" Target="word/document.xml"/></Relationships>',
    'word/document.xml': `<?xml version="1.0" encoding="UTF-8"?><w:document ${space}><w:body>${paragraphs.join('')}</w:body></w:document>`,
  };
  const numbers = (list) => Buffer.concat(list.map(([size, value]) => {
    const bytes = Buffer.alloc(size);
    bytes.writeUIntLE(value, 0, size);
    return bytes;
  }));
  const [entries, directory] = [[], []];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const common = [[2, 20], [2, 0], [2, 0], [2, 0], [2, 33], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length], [2, name.length], [2, 0]];
    const entry = Buffer.concat([numbers([[4, 0x0403_4b50], ...common]), Buffer.from(name), bytes]);
    entries.push(entry);
    directory.push(numbers([[4, 0x0201_4b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), Buffer.from(name));
    offset += entry.length;
  }
  const list = Buffer.concat(directory);
  return Buffer.concat([...entries, list, numbers([[4, 0x0605_4b50], [2, 0], [2, 0], [2, 3], [2, 3], [4, list.length], [4, offset], [2, 0]])]);
}

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
  if (how === 'docx') Object.assign(file, { name: 'yonetmelik.docx', mimeType: 'application/octet-stream', buffer: docx(text) });
  await page.locator('input[type="file"]').setInputFiles(file);
}

/** Goes through the wizard; answers what was found on the way. */
async function setUp({ name, text, how, viewport, staysForADay, falls }) {
  const house = await startHouse();
  const { page, complaints, close } = await openPage({ viewport, at: house.url });
  const step = async (number, title) => {
    await page.waitForLoadState();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${name}: ${page.url()} scrolls sideways by ${wide} px`);
    await assertAccessible(page, `${name} ${title}`);
    // The steps look the same whatever the text is: one town on each screen is measured through and through.
    if (name.startsWith('kumkoy')) {
      await assertStands(page, `${name} ${title}`);
      await page.emulateMedia({ colorScheme: 'dark' });
      await assertAccessible(page, `${name} ${title} in dark`, colourRules);
      await page.emulateMedia({ colorScheme: 'light' });
    }
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
    if (falls) {
      const here = page.url();
      const printed = await house.fall();
      assert.ok(printed && printed !== house.link, 'a server that is not set up prints a link at every start');
      await page.context().clearCookies();
      await page.goto(house.link);
      assert.equal(new URL(page.url()).pathname, new URL(here).pathname, 'the first link goes on where it was');
    }
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
    const endedAt = Date.now();
    return { units, endedAt, ...(staysForADay && (await firstDay(page, house.url, secret, name))) };
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
  // The code of the set-up is used up; the next one is taken already, as from a telephone that is early.
  await code.fill(totp(secret, Date.now() + 30_000));
  await code.press('Enter');
  await page.waitForURL((it) => !it.pathname.startsWith('/giris'));
  if (page.url().includes('/hesabim/gizlilik')) {
    await page.locator('main form button[type="submit"]').first().press('Enter');
    await page.waitForURL((it) => !it.pathname.includes('gizlilik'));
  }
  await page.goto(`${url}/teskilat/sema`);
  const chart = await page.locator('main').innerText();
  await picture(page, `kurulum-${name}-9-sema`);
  await page.goto(`${url}/teskilat/unvanlar`);
  const titles = await page.locator('main').innerText();
  await picture(page, `kurulum-${name}-10-unvanlar`);
  await page.goto(`${url}/gorevler`);
  await picture(page, `kurulum-${name}-11-gorevler`);
  return { chart, titles, duties: await page.locator('table.rows tbody tr').count() };
}

/** One journey, and how long its set-up took. */
async function timed(journey) {
  const began = Date.now();
  const found = await setUp(journey);
  const seconds = Math.round((found.endedAt - began) / 1000);
  console.log(`# ${journey.name}: ${seconds} s from the start of an empty server to the end of the wizard`);
  assert.ok(seconds < 300);
  return found;
}

test('a directorate is set up on a phone from a pasted regulation', async () => {
  const found = await timed({ name: 'kumkoy-360', text: ours, how: 'paste', viewport: widths.phone });
  assert.deepEqual(found.units, ['Bilgi İşlem Müdürlüğü', 'Yazılım Servisi', 'Donanım Servisi']);
});

test('a server that falls in the middle goes on with the same link, and its administrator finds what was made', async () => {
  const found = await timed({ name: 'kumkoy-1366', text: ours, how: 'docx', viewport: widths.office, staysForADay: true, falls: true });
  assert.deepEqual(found.units, ['Bilgi İşlem Müdürlüğü', 'Yazılım Servisi', 'Donanım Servisi']);
  for (const unit of found.units) assert.ok(found.chart.includes(unit), `${unit} is not in the chart`);
  for (const title of ['Müdür', 'Memur']) assert.ok(found.titles.includes(title), `${title} is not in the list of titles`);
  assert.ok(found.duties > 0);
});

test('a server whose administrator was made on the command line prints no link', async () => {
  const house = await startHouse();
  try {
    house.run('user', 'create', 'deniz', '--name', 'Deniz Aksoy', '--role', 'admin');
    assert.equal((await fetch(house.link)).status, 404, 'the link is dead');
    assert.equal(await house.fall(), undefined);
  } finally {
    await house.stop();
  }
});

const real = [
  { name: 'kars', how: ['docx', 'text'], units: 5 },
  { name: 'cayirova', how: ['paste', 'pdf'], units: 1 },
  { name: 'karabaglar', how: ['pdf', 'paste'], units: 7 },
  { name: 'kecioren', how: ['text', 'text'], units: 8 },
  { name: 'caycuma', how: ['paste', 'docx'], units: 4 },
];

for (const { name, how, units } of real) {
  const path = join(shared, 'regulations', `${name}.txt`);
  const skip = existsSync(path) ? false : `${name}.txt is not here; set BELDE_SHARED`;
  for (const [place, width] of ['phone', 'office'].entries()) {
    const viewport = widths[width];
    test(`a directorate is set up from the real regulation of ${name} in under five minutes, ${viewport.width} px wide`, { skip }, async () => {
      const text = readFileSync(path, 'utf8');
      const found = await timed({ name: `${name}-${viewport.width}`, text, how: how[place], viewport, staysForADay: width === 'office' });
      assert.equal(found.units.length, units, found.units.join(', '));
      if (!found.chart) return;
      for (const unit of found.units) assert.ok(found.chart.includes(unit), `${unit} is not in the chart`);
      assert.ok(found.duties > 0);
    });
  }
}
