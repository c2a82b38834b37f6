// The store keeper's vouchers and end of the year, a list of another program that is carried in, a device that was entered twice, and a
// director who agrees to a change.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, looksRight, press, sign, takes } from '../hands.mjs';
import { accountOf, visit, widths } from '../lib.mjs';

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
      await page.locator('select[name="consumable_id"]').selectOption({ label: 'USB bellek 32 GB' });
      await page.locator('select[name="store_room_id"]').selectOption({ label: 'Yolculuk ambarı' });
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

test('several things go out on one voucher, which is taken as PDF and received on a telephone', async () => {
  const receiver = await accountOf('staff');
  const path = await as('clerk', widths.office, async (page) => {
    await visit(page, '/tasinir-islem-fisleri/yeni');
    await page.getByLabel('Türü').selectOption({ label: 'Çıkış' });
    await page.locator('select[name="store_room_id"]').selectOption({ label: 'Bilgi İşlem ambarı' });
    await page.locator('select[name="staff_id"]').selectOption({ label: receiver.name });
    const lines = page.locator('textarea[name="lines"]');
    await lines.fill('Cat6 ağ kablosu; 3\nA4 fotokopi kâğıdı; 9000');
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-error-summary]').getByText(/2\. satır: 9\.000 top istendi, bu ambarda \d+ top var\.$/).waitFor();
    await looksRight(page, 'fis-hatali');
    // Chosen from what is offered, the line is begun and its quantity typed.
    await lines.fill('');
    for (const [word, card, quantity] of [['cat6', 'Cat6 ağ kablosu', 3], ['fotokopi', 'A4 fotokopi kâğıdı', 2]]) {
      await page.getByLabel('Satırlar: satır ekle').fill(word);
      await page.getByRole('option', { name: card }).waitFor();
      await looksRight(page, `fis-secenek-${quantity}`);
      await page.getByLabel('Satırlar: satır ekle').press('Enter');
      await lines.and(page.locator(':focus')).waitFor();
      await page.keyboard.type(String(quantity));
    }
    assert.equal(await lines.inputValue(), 'Cat6 ağ kablosu; 3\nA4 fotokopi kâğıdı; 2');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/\/tasinir-islem-fisleri\/[0-9a-f-]{36}$/);
    await page.getByRole('heading', { name: 'Çıkış: Cat6 ağ kablosu ve 1 malzeme daha' }).waitFor();
    await looksRight(page, 'fis');
    await takes(page, page.getByRole('link', { name: 'Taşınır işlem fişi (PDF)' }), '%PDF-');
    return new URL(page.url()).pathname;
  });
  await as('staff', widths.phone, async (page) => {
    await visit(page, '/');
    await page.getByRole('link', { name: 'Teyidinizi bekleyen malzeme fişi' }).click();
    await page.waitForURL(/tasinir-islem-fisleri/);
    await page.locator(`tbody a[href="${path}"]`).first().click();
    await page.waitForURL(`**${path}`);
    await looksRight(page, 'fis-telefon');
    await press(page, 'Teslim aldım');
    const sure = page.getByRole('button', { name: 'Teslim aldım', exact: true });
    await page.waitForLoadState();
    if (await sure.count()) await sure.click();
    await page.getByText('Teslim alındı').first().waitFor();
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

test('a device that was entered twice is made one and parted again', async () => {
  const run = Date.now();
  await as('clerk', widths.office, async (page) => {
    const enter = async (name, serial) => {
      await visit(page, '/varliklar/yeni');
      await page.locator('input[name="name"]').fill(name);
      await page.locator('select[name="category"]').selectOption({ label: 'Dizüstü bilgisayar' });
      await page.locator('input[name="serial"]').fill(serial);
      await page.locator('select[name="unit_id"]').selectOption({ label: 'Mali Hizmetler Müdürlüğü' });
      await page.keyboard.press('Control+Enter');
      await page.waitForURL(/\/varliklar\/[0-9a-f-]{36}$/);
      return new URL(page.url()).pathname;
    };
    const goes = await enter(`ikinci-${run}`, `SN${run}`);
    const stays = await enter(`birinci-${run}`, '');
    await press(page, 'Birleştir…');
    await page.waitForURL(/birlestir$/);
    await looksRight(page, 'birlestir-sor');
    const other = page.locator('select[name="diger"]');
    await other.selectOption(await other.locator('option', { hasText: `ikinci-${run}` }).getAttribute('value'));
    await page.getByRole('button', { name: 'Yan yana göster' }).click();
    await page.waitForURL(/birlestir\?diger=/);
    assert.ok(await page.locator('[name="serial"][value="diger"]').isChecked(), 'what only one says is proposed');
    await looksRight(page, 'birlestir');
    await page.getByRole('button', { name: 'Birleştir', exact: true }).click();
    await page.getByText('Kayıtlar birleştirildi.').waitFor();
    assert.match(await page.locator('main').innerText(), new RegExp(`SN${run}`));
    await looksRight(page, 'birlesti');
    await visit(page, goes);
    await page.getByText('aynı cihazın ikinci kaydıydı').waitFor();
    await looksRight(page, 'katilan');
    await visit(page, `${stays}/birlestir`);
    await page.getByRole('button', { name: 'Yeniden ayır' }).click();
    await page.getByText('Kayıtlar yeniden ayrıldı.').waitFor();
    await visit(page, goes);
    assert.match(await page.locator('main').innerText(), new RegExp(`SN${run}`));
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
