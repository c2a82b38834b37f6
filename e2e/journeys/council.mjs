// What is proposed to the council, from the proposal over the agenda and the decision to the work that it asked for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, looksRight, press, takes } from '../hands.mjs';
import { accountOf, visit, widths } from '../lib.mjs';

const at = (list) => new RegExp(`${list}/[0-9a-f-]{36}$`);

/** Today as people write it. */
const today = () => new Intl.DateTimeFormat('tr-TR', { timeZone: 'Europe/Istanbul' }).format(new Date());

test('a proposal gets onto the agenda and a number, and its work is given and done', async () => {
  const subject = `Kablosuz ağ yatırımı ${Date.now()}`;
  const worker = await accountOf('staff');
  const year = today().slice(-4);
  // A number of this run: the demo's own decisions are the first ones.
  const number = `${year}/${100 + Math.floor(Math.random() * 90_000)}`;
  const item = await as('director', widths.office, async (page) => {
    await visit(page, '/gundem/yeni');
    await page.locator('input[name="title"]').fill(subject);
    await page.locator('input[name="meets_on"]').fill(today());
    await page.locator('textarea[name="proposal"]').fill('Konunun görüşülerek karara bağlanması arz olunur.');
    await looksRight(page, 'gundem-yeni');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(at('/gundem'));
    await looksRight(page, 'gundem-teklif');
    return new URL(page.url()).pathname;
  });
  await as('clerk', widths.office, async (page) => {
    await visit(page, item);
    await press(page, 'Gündeme al');
    await page.getByText('Madde gündeme alındı.').waitFor();
    await visit(page, '/gundem/liste');
    await page.getByText(subject).first().waitFor();
    await looksRight(page, 'gundem-liste');
    await takes(page, page.getByRole('link', { name: 'Gündem (PDF)' }), '%PDF-');
    await visit(page, `${item}/duzenle`);
    await page.locator('textarea[name="decision_text"]').fill('Teklif görüşüldü ve oy birliğiyle kabul edildi.');
    await page.locator('select[name="vote"]').selectOption({ label: 'Oy birliğiyle kabul' });
    await looksRight(page, 'gundem-karar-yaz');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(at('/gundem'));
    await press(page, 'Karara bağlandı');
    await page.locator('[name="gerekce"]').fill(number);
    await looksRight(page, 'gundem-karar-no');
    await page.getByRole('button', { name: 'Karara bağlandı', exact: true }).click();
    await page.getByText(number).first().waitFor();
    await looksRight(page, 'gundem-karar');
    await press(page, 'Yeni karar işi');
    await page.waitForURL(/karar-isleri\/yeni/);
    await page.locator('input[name="title"]').fill(`Teklif alınacak: ${subject}`);
    await page.locator('select[name="staff_id"]').selectOption({ label: worker.name });
    await page.locator('input[name="days"]').fill('2');
    await looksRight(page, 'karar-isi-yeni');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(at('/karar-isleri'));
  });
  await as('staff', widths.phone, async (page) => {
    await visit(page, '/karar-isleri');
    await looksRight(page, 'karar-isleri');
    await page.locator('tbody tr', { hasText: subject }).locator('a').first().click();
    await page.waitForURL(at('/karar-isleri'));
    await looksRight(page, 'karar-isi');
    await press(page, 'Yapıldı');
    await page.locator('textarea[name="gerekce"]').fill('Üç firmadan teklif alındı.');
    await page.getByRole('button', { name: 'Yapıldı', exact: true }).click();
    await page.getByText('Üç firmadan teklif alındı.').first().waitFor();
    await looksRight(page, 'karar-isi-yapildi');
  });
  await as('director', widths.phone, async (page) => {
    await visit(page, item);
    await looksRight(page, 'gundem-uygulandi');
    assert.match(await page.locator('main').innerText(), /Uygulama\s+Uygulandı/, 'the decision is applied with its work');
  });
});
