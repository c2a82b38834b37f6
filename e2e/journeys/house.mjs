// What the whole house sees: the municipality's crest at the head of its pages, and a person who leaves on a day to come.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, looksRight, press } from '../hands.mjs';
import { openPage, visit, widths } from '../lib.mjs';

const crest = '.head img.crest';

test('a crest is sent, stands at the head of every page also before signing in, and is put back', async () => {
  await as('admin', widths.office, async (page) => {
    await visit(page, '/yonetim/ayarlar');
    const before = await page.locator(crest).getAttribute('src');
    const old = await (await page.request.get(before)).body();
    const send = async (file) => {
      await visit(page, '/yonetim/ayarlar/arma');
      await page.locator('input[type="file"]').setInputFiles(file);
      await page.getByRole('button', { name: 'Değiştir' }).click();
    };
    await send({ name: 'arma.png', mimeType: 'image/png', buffer: Buffer.from('GIF89a') });
    await page.locator('[data-error-summary]').waitFor();
    await looksRight(page, 'arma-okunmadi');
    await send({ name: 'arma.png', mimeType: 'image/png', buffer: await page.locator('h1').screenshot() });
    await page.getByText('Arma kaydedildi.').waitFor();
    await looksRight(page, 'arma');
    const shown = page.locator(crest);
    assert.notEqual(await shown.getAttribute('src'), before);
    assert.ok(await shown.evaluate((it) => it.complete && it.naturalWidth > 0), 'the picture is drawn');
    const stranger = await openPage({ viewport: widths.phone });
    await visit(stranger.page, '/giris');
    assert.equal(await stranger.page.locator('img.crest').first().getAttribute('src'), await shown.getAttribute('src'));
    await stranger.close();
    await send({ name: 'eski.png', mimeType: 'image/png', buffer: old });
    await page.getByText('Arma kaydedildi.').waitFor();
  });
});

test('a person leaves on a day to come, is at work until then, and stays after all', async () => {
  const day = new Date(Date.now() + 20 * 86_400_000).toLocaleDateString('tr-TR');
  await as('admin', widths.phone, async (page) => {
    await visit(page, '/teskilat/personel?ara=zeynep');
    await page.locator('tbody th a').first().click();
    await page.waitForURL(/personel\/[0-9a-f-]{36}$/);
    const person = new URL(page.url()).pathname;
    await press(page, 'Ayrılışı işle');
    await page.locator('input[name="gerekce"]').fill(day);
    await page.locator('input[name="neden"]').fill('Başka bir kuruma geçiyor.');
    await looksRight(page, 'ayrilis');
    await page.getByRole('button', { name: 'Ayrılışı işle', exact: true }).click();
    await page.getByText('Ayrılış yazıldı.').waitFor();
    await looksRight(page, 'ayrilacak');
    assert.match(await page.locator('main').innerText(), /Görevde/);
    await visit(page, '/teskilat/personel?leaving=coming');
    await page.locator(`tbody a[href="${person}"]`).first().click();
    await press(page, 'Ayrılıştan vazgeç');
    await page.locator('textarea[name="gerekce"]').fill('Geçiş gerçekleşmedi.');
    await page.getByRole('button', { name: 'Ayrılıştan vazgeç', exact: true }).click();
    await page.getByText('kişi görevine devam ediyor').waitFor();
    await looksRight(page, 'ayrilmadi');
  });
});
