// From a machine that reports by itself to a signed slip, a label before a telephone's camera, a fault, a part of a scrapped machine and
// the reports: the way a new user tries the product.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeSync } from 'node:fs';
import net from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { as, press, sign } from '../hands.mjs';
import { openPage, startTown, visit, widths } from '../lib.mjs';

const address = /\/[0-9a-f-]{36}$/;

/** Runs Debian's agent against the town; its name for this machine, or nothing where there is no agent or no root. */
function report(url) {
  try {
    const words = [`--server=${url}/ocsinventory`, '--tag=BIM', '--force', '--no-task=deploy,esx,collect,netdiscovery,netinventory,wakeonlan'];
    execFileSync('fusioninventory-agent', words, { stdio: 'pipe', encoding: 'utf8' });
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
  return hostname().split('.')[0];
}

/** One still picture as a camera sees it: Y4M in grey, over and over. */
function film(png, path) {
  const file = openSync(path, 'w');
  writeSync(file, `YUV4MPEG2 W${png.width} H${png.height} F10:1 Ip A1:1 C420jpeg\n`);
  const chroma = Buffer.alloc((png.width / 2) * (png.height / 2) * 2, 128);
  for (let frame = 0; frame < 20; frame += 1) {
    writeSync(file, 'FRAME\n');
    writeSync(file, Buffer.from(png.grey));
    writeSync(file, chroma);
  }
  closeSync(file);
}

/** The printed label as a picture of 640 by 480, a little turned, in grey. */
async function pictureOf(page, label) {
  const svg = await label.locator('.label-code svg').evaluate((it) => new XMLSerializer().serializeToString(it));
  return page.evaluate(async (text) => {
    const image = new Image();
    image.src = `data:image/svg+xml;base64,${btoa(text)}`;
    await image.decode();
    const [width, height] = [640, 480];
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const paper = canvas.getContext('2d');
    paper.fillStyle = '#e8e4dc';
    paper.fillRect(0, 0, width, height);
    paper.translate(width / 2, height / 2);
    paper.rotate(0.12);
    paper.fillStyle = '#fff';
    paper.fillRect(-150, -150, 300, 300);
    paper.drawImage(image, -130, -130, 260, 260);
    const { data } = paper.getImageData(0, 0, width, height);
    const grey = [];
    for (let at = 0; at < data.length; at += 4) grey.push(Math.round(0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2]));
    return { width, height, grey };
  }, svg);
}

test('a machine that reports by itself is given with a drawn signature, read by a camera and mended with a scrapped part', async (t) => {
  const { url } = await startTown();
  const name = report(url);
  if (!name) {
    t.skip('fusioninventory-agent is not installed');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'belde-e2e-walk-'));
  try {
    const machine = await as('technician', widths.office, (page) => approve(page, name));
    await as('clerk', widths.office, (page) => give(page, machine));
    const label = await as('clerk', widths.office, async (page) => {
      await visit(page, '/varliklar/etiketler');
      return pictureOf(page, page.locator('.labels li', { hasText: name }).first());
    });
    film(label, join(folder, 'etiket.y4m'));
    await readByCamera(join(folder, 'etiket.y4m'), machine, name);
    const ticket = await as('technician', widths.phone, (page) => mend(page, machine));
    await as('technician', widths.office, async (page) => {
      await visit(page, '/programlar/denetim');
      await page.getByRole('heading', { name: 'Yasak ama kurulu' }).waitFor();
    });
    await as('auditor', widths.office, (page) => reports(page, ticket));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Answers the address of the asset that the agent became. */
async function approve(page, name) {
  await visit(page, '/ajanlar?state=waiting');
  await page.locator('tbody a', { hasText: name }).first().click();
  await page.waitForURL(address);
  await press(page, 'Onayla');
  await page.getByText('Onaylandı').first().waitFor();
  await page.locator('a[href^="/varliklar/"]', { hasText: name }).first().click();
  await page.waitForURL(address);
  return new URL(page.url()).pathname;
}

/** On one slip with a drawn signature; the paper carries it. */
async function give(page, machine) {
  await visit(page, machine);
  await page.getByRole('link', { name: 'Zimmetle', exact: true }).click();
  await page.locator('select[name="holder_id"]').selectOption({ index: 3 });
  await page.getByRole('button', { name: 'Kaydet' }).click();
  await page.waitForURL(address);
  await press(page, 'Ekranda imzalat');
  await page.getByRole('button', { name: 'Ekranda imzalat' }).click();
  await page.getByText('İmza çizilmedi ya da çok kısa').first().waitFor();
  await sign(page);
  await page.getByRole('button', { name: 'Ekranda imzalat' }).click();
  await page.getByText('Ekranda imzaladı').first().waitFor();
  assert.equal(await page.locator('svg.signature path').count(), 1);
  if (!(await page.getByRole('link', { name: 'Kâğıdı indir (PDF)' }).isVisible())) {
    await page.locator('summary', { hasText: 'Diğer' }).click();
  }
  const [paper] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Kâğıdı indir (PDF)' }).click(),
  ]);
  assert.equal(readFileSync(await paper.path()).subarray(0, 5).toString(), '%PDF-');
}

/** A telephone's camera before the printed label, in a count of the unit. */
async function readByCamera(picture, machine, name) {
  const eyes = await chromium.launch({
    executablePath: process.env.BELDE_E2E_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      `--use-file-for-fake-video-capture=${picture}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
  try {
    const { page: signedIn, close } = await openPage({ role: 'clerk' });
    const storageState = await signedIn.context().storageState();
    await close();
    const { url } = await startTown();
    const line = await lineTo(url);
    const baseURL = line.url;
    const context = await eyes.newContext({ viewport: widths.phone, storageState, locale: 'tr-TR', baseURL });
    const page = await context.newPage();
    await page.goto('/sayimlar?state=open');
    await page.locator('main a[href^="/sayimlar/0"]').first().click();
    await page.waitForURL(address);
    const count = new URL(page.url()).pathname;
    await page.goto(`${count}/say`);
    await page.getByRole('button', { name: 'Kamerayla okut' }).click();
    await page.locator('[data-count-read] li').first().waitFor();
    const said = await page.locator('[data-count-read] li').first().innerText();
    assert.ok(said.includes(name), said);
    // Without a network it waits on the telephone and is sent when the network is back.
    await page.getByRole('button', { name: 'Kamerayı kapat' }).click();
    await page.locator('html[data-kept]').waitFor();
    line.cut();
    await page.locator('#kod').fill('ÖZEL-77');
    await page.locator('#kod').press('Enter');
    await page.getByText('1 okuma telefonda bekliyor').waitFor();
    // The telephone slept, and its browser opens the page anew: both are still there.
    await page.reload();
    await page.getByText('1 okuma telefonda bekliyor').waitFor();
    await page.getByRole('button', { name: 'Kamerayla okut' }).waitFor();
    await line.mend();
    await page.locator('[data-count-read] li', { hasText: 'ÖZEL-77: Tanınmadı' }).waitFor();
    await page.goto(machine);
    await page.getByText('Sayım satırları').first().waitFor();
    // Whoever signs in next on this telephone finds nothing of it.
    await context.clearCookies();
    await page.goto('/giris');
    await page.waitForFunction(async () => !(await caches.has('sayim-1')));
    line.cut();
  } finally {
    await eyes.close();
  }
}

/** A way to the town that can be cut: what a browser's own switch for "offline" does not do to a service worker. */
async function lineTo(url) {
  const { hostname, port } = new URL(url);
  const open = new Set();
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => { open.delete(one); other.destroy(); });
    }
  });
  const listen = (at) => new Promise((done) => server.listen(at, '127.0.0.1', done));
  await listen(0);
  const at = server.address().port;
  return {
    url: `http://127.0.0.1:${at}`,
    cut() {
      server.close();
      for (const socket of open) socket.destroy();
    },
    mend: () => listen(at),
  };
}

/** A fault of the machine, solved with the memory of one that the commission has before it. */
async function mend(page, machine) {
  await visit(page, machine);
  await page.getByRole('link', { name: 'Yeni destek kaydı' }).first().click();
  await page.locator('textarea[name="description"]').fill('Açılırken uzun uzun ötüyor.');
  await page.getByRole('button', { name: 'Kaydet' }).click();
  await page.waitForURL(address);
  const ticket = new URL(page.url()).pathname;
  await press(page, 'Üstlen');
  await page.getByText('Üzerinde çalışılıyor').first().waitFor();
  await visit(page, '/varliklar?state=condemned');
  await page.locator('tbody a').first().click();
  await page.waitForURL(address);
  const scrapped = new URL(page.url()).pathname.split('/').pop();
  const [to, of] = [machine, ticket].map((it) => it.split('/').pop());
  await visit(page, `/parca-aktarimlari/yeni?from_asset_id=${scrapped}&to_asset_id=${to}&ticket_id=${of}`);
  await page.locator('select[name="part"]').selectOption('memory');
  await page.locator('input[name="model"]').fill('Kingston 8 GB DDR4');
  await page.getByRole('button', { name: 'Kaydet' }).click();
  await page.waitForURL(/\/parca-aktarimlari\/[0-9a-f-]{36}$/);
  await visit(page, ticket);
  await press(page, 'Çözüldü');
  await page.locator('textarea[name="gerekce"]').fill('Hurdaya ayrılan makinenin belleği takıldı.');
  await page.getByRole('button', { name: 'Çözüldü', exact: true }).click();
  await page.locator('main').getByText('Parça aktarımları').first().waitFor();
  return ticket;
}

/** What it left in the reports: the programs that were seen, and the duties that were proven. */
async function reports(page, ticket) {
  await visit(page, '/denetim');
  const said = await page.locator('main').innerText();
  // Of two kinds of evidence the newer one stands there.
  for (const evidence of [/(Geçerli zimmet fişi|Yapılan sayım): \d+/, /Kayıtlı varlık: \d+/, /(Görülen program|Kayda dönüşen program bulgusu): \d+/, /arça aktarım[^\n]*\d+/]) {
    assert.match(said, evidence);
  }
  await visit(page, ticket);
  await page.locator('main').getByText('Hurdaya ayrılan makinenin belleği takıldı').first().waitFor();
  // The year's report that is being written counts the events so far: the slip, the moved part and the solved fault are among them.
  await visit(page, '/faaliyet-raporlari?state=draft');
  await page.locator('tbody a').first().click();
  await page.waitForURL(/\/faaliyet-raporlari\/[0-9a-f-]{36}$/);
  const counted = await page.locator('main').innerText();
  for (const done of [/Destek kaydı: çöz/i, /Parça aktarımı: /, /Zimmet fişi: /]) assert.match(counted, done);
}
