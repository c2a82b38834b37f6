// The store keeper's end of the year, a list of another program that is carried in, and a director who agrees to a change.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, press, sign } from '../hands.mjs';
import { visit, widths } from '../lib.mjs';

test('a store room is counted, signed by three and its year closed', async () => {
  const year = String(new Date().getFullYear());
  await as('clerk', widths.office, async (page) => {
    await visit(page, '/ambarlar/yeni');
    await page.getByLabel('Adı').fill('Yolculuk ambarı');
    await page.getByRole('button', { name: 'Kaydet' }).click();
    await page.waitForURL(/\/ambarlar\/[0-9a-f-]{36}$/);
    for (const [kind, count, price] of [['Giriş', '7', '12,50'], ['Sayım', '6', '']]) {
      await visit(page, '/stok-hareketleri/yeni');
      await page.getByLabel('Türü').selectOption({ label: kind });
      await page.getByLabel('Malzeme', { exact: true }).selectOption({ label: 'USB bellek 32 GB' });
      await page.getByLabel('Ambar', { exact: true }).selectOption({ label: 'Yolculuk ambarı' });
      await page.locator('input[name="quantity"]').fill(count);
      await page.locator('input[name="price_kurus"]').fill(price);
      await page.getByRole('button', { name: 'Kaydet' }).click();
      await page.waitForURL(/\/stok-hareketleri\/[0-9a-f-]{36}$/);
    }
    const voucher = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Taşınır işlem fişi (PDF)' }).click();
    assert.match((await voucher).suggestedFilename(), /^tasinir-islem-fisi-.+\.pdf$/);
    await visit(page, '/yil-sonu-sayimlari/yeni');
    await page.getByLabel('Yılı').fill(year);
    await page.locator('select[name="store_room_id"]').selectOption({ label: 'Yolculuk ambarı' });
    for (const [place, field] of ['head_id', 'member_id', 'second_member_id'].entries()) {
      await page.locator(`select[name="${field}"]`).selectOption({ index: place + 2 });
    }
    await page.getByRole('button', { name: 'Kaydet' }).click();
    await page.waitForURL(/\/yil-sonu-sayimlari\/[0-9a-f-]{36}$/);
    await press(page, 'Cetveli çıkar');
    for (const name of ['Başkana imzalat', 'Üyeye imzalat', 'İkinci üyeye imzalat']) {
      await press(page, name);
      await sign(page);
      await page.getByRole('button', { name, exact: true }).click();
      await page.locator('.flash').waitFor();
    }
    await press(page, 'Yılı kapat');
    await page.getByRole('button', { name: 'Yılı kapat', exact: true }).click();
    await page.getByText('Kapandı').first().waitFor();
    const sheet = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Sayım ve döküm cetveli (PDF)' }).click();
    assert.match((await sheet).suggestedFilename(), /^sayim-cetveli-.+\.pdf$/);
    await visit(page, `/tasinir-hesabi?yil=${year}`);
    await page.getByRole('link', { name: 'Yolculuk ambarı' }).click();
    await page.locator('main strong', { hasText: '6 adet' }).waitFor();
  });
});

const glpi =
  '"Name";"Status";"Manufacturers";"Serial number";"Type";"Model";"Locations"\n' +
  '"yol-pc-01";"In use";"Dell Inc.";"YOL0001";"Desktop";"OptiPlex 7010";"2. kat"\n' +
  '"kantar";"";"Baster";"YOL0002";"Weighbridge";"";"Şantiye"\n';

test('a list of GLPI is carried in once and known again', async () => {
  await as('clerk', widths.phone, async (page) => {
    const send = async () => {
      await visit(page, '/varliklar/ice-aktar');
      await page.locator('input[type="file"]').setInputFiles({ name: 'glpi.csv', mimeType: 'text/csv', buffer: Buffer.from(glpi) });
      await page.getByRole('button', { name: 'Denetle' }).click();
    };
    await send();
    await page.getByText('GLPI dışa aktarımı olarak tanındı').waitFor();
    await page.locator('select[name="sabit-unit_id"]').selectOption({ index: 1 });
    await page.locator('select[name="soz-category-0"]').selectOption({ label: 'Diğer' });
    await page.getByRole('button', { name: 'Denetle' }).click();
    await page.getByText('2 yeni').waitFor();
    await page.getByRole('button', { name: '2 satırı yaz' }).click();
    await page.getByText('İçe aktarıldı: 2 yeni.').waitFor();
    await send();
    await page.getByText('2 değişmeyen').waitFor();
  });
});

test('a director agrees to a change of the technician', async () => {
  await as('director', widths.phone, async (page) => {
    await visit(page, '/degisiklikler?state=proposed');
    await page.getByRole('link', { name: /^20\d\d-DG-/ }).first().click();
    await page.waitForURL(/\/degisiklikler\/[0-9a-f-]{36}$/);
    await press(page, 'Uygundur');
    await page.getByText('Onaylandı').first().waitFor();
  });
});
