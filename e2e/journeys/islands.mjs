// The script's islands, on the examples of the component gallery: list keyboard, selection, palette, combobox,
// drafts, guards, preferences. What the examples would send is answered here and never reaches the town.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage, roles, widths } from '../lib.mjs';

const GALLERY = '/yonetim/bilesenler';
const UNITS = '<div class="palette-item" role="option" aria-selected="false" data-value="3" data-label="Ağ Birimi"><span>Ağ Birimi</span></div>'
  + '<div class="palette-item" role="option" aria-selected="false" data-value="4" data-label="Yazılım Birimi"><span>Yazılım Birimi</span></div>';

let reader;

/** The first role that may see the gallery. */
async function galleryReader() {
  for (const role of reader ? [] : await roles()) {
    const { page, close } = await openPage({ role });
    const status = (await page.goto(GALLERY)).status();
    await close();
    if (status === 200) {
      reader = role;
      break;
    }
  }
  assert.ok(reader, 'no role of the demo may see the component gallery');
  return reader;
}

/** One example, and everything it sends. */
async function open(slug, options = {}) {
  const opened = await openPage({ role: await galleryReader(), ...options });
  const { page } = opened;
  const sent = [];
  const answer = async (route) => {
    const request = route.request();
    sent.push({ path: new URL(request.url()).pathname, method: request.method(), body: request.postData() ?? '' });
    const isUnits = request.url().includes('/ornek/birimler');
    const next = '<!DOCTYPE html><html lang="tr"><title>Sonraki</title><body class="app"><h1>Sonraki</h1></body></html>';
    await route.fulfill({ contentType: 'text/html; charset=utf-8', body: isUnits ? UNITS : next });
  };
  for (const pattern of ['**/talepler/**', '**/talepler', '**/personel', '**/ornek/**', '**/tercihler']) await page.route(pattern, answer);
  await page.goto(`${GALLERY}/${slug}`);
  return { ...opened, sent };
}

const focused = (page) => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
const counted = (page) => page.locator('[data-bulk-count]').textContent();

test('letters and arrows move in a list, x selects, Enter opens and Escape comes back to the same row', async () => {
  const { page, close } = await open('liste');
  await page.keyboard.press('j');
  assert.equal(await focused(page), 'T-2026-004817');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('k');
  assert.equal(await focused(page), 'T-2026-004815');
  await page.keyboard.press('x');
  assert.equal(await counted(page), '1 seçili');
  await page.unroute('**/talepler/**');
  await page.route('**/talepler/T-*', async (route) => {
    const detail = await page.context().request.get(`${GALLERY}/ayrinti`);
    await route.fulfill({ response: detail });
  });
  await page.keyboard.press('Enter');
  await page.waitForURL('**/talepler/T-2026-004815');
  await page.keyboard.press('Escape');
  await page.waitForURL(`**${GALLERY}/liste`);
  await page.waitForFunction(() => document.activeElement?.textContent?.trim() === 'T-2026-004815');
  await close();
});

test('single letters are silent when switched off and belong to a field while typing', async () => {
  const { page, close } = await open('liste');
  await page.locator('#suzgec-ara').focus();
  await page.keyboard.type('jxn?');
  assert.equal(await page.locator('#suzgec-ara').inputValue(), 'jxn?');
  await page.evaluate(() => { document.activeElement.blur(); document.body.dataset.shortcuts = 'off'; });
  await page.keyboard.press('j');
  assert.notEqual(await focused(page), 'T-2026-004817');
  await close();
});

test('a selection is counted, widened to the page, a range and all that fit, and sent with its token', async () => {
  const { page, sent, close } = await open('liste');
  const boxes = page.locator('td.pick input');
  await boxes.nth(1).click();
  await boxes.nth(4).click({ modifiers: ['Shift'] });
  assert.equal(await counted(page), '4 seçili');
  assert.equal(await page.locator('[data-bulk-all]').isVisible(), false);
  await page.locator('[data-bulk-page]').check();
  assert.equal(await counted(page), '10 seçili');
  await page.locator('[data-bulk-all] input').check();
  assert.equal(await counted(page), '12 seçili');
  await page.locator('.bulk-acts button').first().click();
  await page.waitForURL('**/talepler/toplu');
  const body = new URLSearchParams(sent.find((it) => it.method === 'POST').body);
  assert.deepEqual([body.get('tumu'), body.get('eylem'), body.getAll('id').length], ['evet', 'ata', 10]);
  assert.ok(body.get('csrf'));
  await close();
});

test('a phone, which shows no headings, keeps the one that chooses every row of the page', async () => {
  const { page, close } = await open('liste', { viewport: widths.phone });
  const every = page.locator('.pick-page');
  assert.equal(await every.innerText(), 'Bu sayfadakileri seç');
  assert.equal(await page.locator('thead th:not(.pick)').first().isVisible(), false);
  const box = await every.boundingBox();
  assert.ok(box.height >= 44 && box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box));
  await every.click();
  assert.equal(await counted(page), '10 seçili');
  await every.click();
  assert.equal(await page.locator('td.pick input:checked').count(), 0);
  await close();
});

test('a combobox sends the id of the choice and forgets it when the text changes', async () => {
  const { page, close } = await open('form');
  const typed = page.locator('#alan-birim');
  const chosen = page.locator('input[name="birim"]');
  await typed.fill('yaz');
  assert.equal(await chosen.inputValue(), '');
  await page.locator('.suggestions [role=option]').first().waitFor();
  await typed.press('ArrowDown');
  await typed.press('Enter');
  assert.deepEqual([await chosen.inputValue(), await typed.inputValue()], ['4', 'Yazılım Birimi']);
  await close();
});

test('leaving a typed form warns, the draft is offered again and is gone after it was sent once', async () => {
  const { page, sent, close } = await open('form');
  await page.locator('#alan-ad').fill('Ayşe');
  await page.waitForTimeout(700);
  let warned = '';
  page.once('dialog', (dialog) => { warned = dialog.type(); dialog.accept(); });
  await page.goto(`${GALLERY}/liste`);
  assert.equal(warned, 'beforeunload');
  await page.goto(`${GALLERY}/form`);
  await page.getByRole('button', { name: 'Geri getir' }).click();
  assert.equal(await page.locator('#alan-ad').inputValue(), 'Ayşe');
  await page.locator('#alan-ad').focus();
  await page.keyboard.press('Control+Enter');
  await page.waitForURL('**/personel');
  assert.equal(sent.filter((it) => it.method === 'POST').length, 1);
  // The page after a success of the real product carries the script that drops the draft.
  await page.goto(`${GALLERY}/liste`);
  await page.goto(`${GALLERY}/form`);
  assert.equal(await page.locator('.draft-note').count(), 0);
  await close();
});

test('a form pressed twice is sent once', async () => {
  const { page, sent, close } = await open('form');
  await page.route('**/personel', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 600));
    await route.fallback();
  });
  await page.locator('#alan-ad').focus();
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL('**/personel');
  assert.equal(sent.filter((it) => it.method === 'POST').length, 1);
  await close();
});

test('a refused form takes the focus to its summary and from there to the field', async () => {
  const { page, close } = await open('hatali-form');
  assert.ok(await page.evaluate(() => document.activeElement.matches('[data-error-summary]')));
  await page.locator('[data-error-summary] a').first().click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'alan-tckn');
  await close();
});

test('a theme chosen in the middle of a form keeps what was typed', async () => {
  const { page, sent, close } = await open('form');
  await page.locator('#alan-ad').fill('Ayşe');
  await page.locator('.me').click();
  await page.getByRole('button', { name: 'Koyu', exact: true }).click();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  assert.equal(await page.locator('#alan-ad').inputValue(), 'Ayşe');
  await page.waitForFunction(() => document.getElementById('duyuru').textContent === 'Tercihiniz kaydedildi');
  assert.ok(sent.some((it) => it.path === '/tercihler' && it.body.includes('tema=koyu') && it.body.includes('csrf=')));
  await close();
});

test('the correction screen is worked with the keyboard and shows the place in the source', async () => {
  const { page, sent, close } = await open('duzeltme');
  await page.route('**/kurulum/duzeltme', async (route) => {
    sent.push({ path: '/kurulum/duzeltme', method: 'POST', body: route.request().postData() });
    await route.fulfill({ status: 303, headers: { location: `${GALLERY}/duzeltme#oge-3` } });
  });
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'oge-2');
  assert.ok(await page.locator('#yer-2').evaluate((it) => it.classList.contains('is-here')));
  await page.keyboard.press('o');
  await page.waitForURL('**#oge-3');
  const body = new URLSearchParams(sent.at(-1).body);
  assert.deepEqual([body.get('oge'), body.get('eylem')], ['oge-2', 'onayla']);
  await page.waitForFunction(() => document.activeElement?.id === 'oge-3');
  await close();
});
