// A fault from the hand of whoever has it to the machine that works again: the person, then a technician on a telephone,
// then the person once more.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage, visit, widths } from '../lib.mjs';

/** A PNG of one pixel, as a telephone's camera would send a larger one. */
const photo = {
  name: 'yazici.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
};

const said = 'Yazıcıdan çıktı alamıyorum, ışığı kırmızı yanıyor. Sabah çalışıyordu.';

async function press(page, name) {
  const button = page.getByRole('button', { name, exact: true });
  // On a narrow page the last buttons wait behind "Diğer".
  if (!(await button.first().isVisible())) await page.locator('summary', { hasText: 'Diğer' }).click();
  await button.first().click();
}

/** Presses a verb that asks for a text first. */
async function answer(page, name, text) {
  await press(page, name);
  await page.locator('textarea[name="gerekce"]').fill(text);
  await page.getByRole('button', { name, exact: true }).click();
}

test('a fault is reported with a photo, solved on a telephone, and rated', async () => {
  const staff = await openPage({ role: 'staff', viewport: widths.phone });
  let address;
  try {
    const { page } = staff;
    await visit(page, '/destek/yeni');
    await page.locator('textarea[name="description"]').pressSequentially(said, { delay: 2 });
    const advice = page.locator('.lookup a', { hasText: 'Yazıcı çıktı vermiyor' });
    await advice.first().waitFor();
    await page.locator('input[name="place"]').fill('Ana bina, 1. kat');
    await page.locator('input[type="file"]').setInputFiles(photo);
    await page.getByRole('button', { name: 'Kaydet' }).click();
    await page.waitForURL(/\/destek\/[0-9a-f-]{36}$/);
    address = new URL(page.url()).pathname;
    assert.equal(await page.locator('h1').innerText(), 'Yazıcıdan çıktı alamıyorum, ışığı kırmızı yanıyor');
    assert.ok((await page.locator('main').innerText()).includes('yazici.png'));
  } finally {
    await staff.close();
  }

  const technician = await openPage({ role: 'technician', viewport: widths.phone });
  try {
    const { page } = technician;
    await visit(page, address);
    await press(page, 'Üstlen');
    await page.getByText('Üzerinde çalışılıyor').first().waitFor();
    await page.getByRole('link', { name: 'Yeni çalışma notu' }).first().click();
    await page.locator('textarea[name="note"]').fill('Kâğıt yolu temizlendi.');
    await page.locator('input[name="minutes"]').fill('20');
    await page.getByRole('button', { name: 'Kaydet' }).click();
    await page.waitForURL(/\/calismalar\//);
    await visit(page, address);
    await answer(page, 'Çözüldü', 'Sıkışan kâğıt çıkarıldı.');
    await page.getByText('Süresinde çözüldü').first().waitFor();
  } finally {
    await technician.close();
  }

  const again = await openPage({ role: 'staff', viewport: widths.phone });
  try {
    const { page } = again;
    await visit(page, address);
    await page.getByRole('button', { name: 'Çok memnun' }).click();
    await page.getByText('Teşekkür ederiz').waitFor();
    await press(page, 'Sorunum çözüldü');
    await page.getByText('Kapandı').first().waitFor();
  } finally {
    await again.close();
  }
});

test('the address of a label leads to a report with the device filled in', async () => {
  const { page, close } = await openPage({ role: 'technician', viewport: widths.phone });
  try {
    await visit(page, '/varliklar');
    await page.locator('tbody a').first().click();
    await page.waitForURL(/\/varliklar\/[0-9a-f-]{36}$/);
    const device = new URL(page.url()).pathname.split('/').pop();
    await page.getByRole('link', { name: 'Yeni destek kaydı' }).first().click();
    await page.waitForURL(/\/destek\/yeni/);
    assert.equal(await page.locator('[name="asset_id"]').inputValue(), device);
    await page.locator('textarea[name="description"]').fill('Ekranı titriyor.');
    await page.getByRole('button', { name: 'Kaydet' }).click();
    await page.waitForURL(/\/destek\/[0-9a-f-]{36}$/);
  } finally {
    await close();
  }
});

test('a director agrees to what somebody of the directorate asks for', async () => {
  const staff = await openPage({ role: 'staff' });
  let address;
  try {
    const { page } = staff;
    await visit(page, '/hizmet-katalogu?state=offered');
    await page.getByRole('link', { name: 'Yeni bilgisayar' }).click();
    await page.getByRole('link', { name: 'İste', exact: true }).click();
    await page.getByLabel('Hangi tür?').selectOption('Dizüstü');
    await page.getByLabel('Kim kullanacak?').fill('Yeni başlayan Sevgi Polat');
    await page.getByLabel('Nereye?').fill('Ana bina, 2. kat');
    await page.getByRole('button', { name: 'İste' }).click();
    await page.waitForURL(/\/destek\/[0-9a-f-]{36}$/);
    address = new URL(page.url()).pathname;
    await page.getByText('Birim onayında').first().waitFor();
  } finally {
    await staff.close();
  }

  const director = await openPage({ role: 'director' });
  try {
    const { page } = director;
    await visit(page, '/');
    await page.getByRole('link', { name: /Onayınızı bekleyen istek/ }).click();
    await visit(page, address);
    await press(page, 'Uygundur');
    await page.getByText('Bilgi işlem onayında').first().waitFor();
  } finally {
    await director.close();
  }
});

test('the keeper of the store takes goods in and gives them out, and whoever got them says so', async () => {
  const keeper = await openPage({ role: 'clerk' });
  let address;
  try {
    const { page } = keeper;
    await visit(page, '/stok-hareketleri/yeni');
    const fill = async (kind, quantity) => {
      await page.getByLabel('Türü').selectOption({ label: kind });
      await page.locator('select[name="consumable_id"]').selectOption({ label: 'USB bellek 32 GB' });
      await page.locator('select[name="store_room_id"]').selectOption({ label: 'Bilgi İşlem ambarı' });
      await page.locator('input[name="quantity"]').fill(quantity);
    };
    await fill('Giriş', '50');
    await page.getByRole('button', { name: 'Kaydet' }).click();
    await page.waitForURL(/\/stok-hareketleri\/[0-9a-f-]{36}$/);
    await visit(page, '/stok-hareketleri/yeni');
    await fill('Çıkış', '900');
    await page.locator('select[name="staff_id"]').selectOption({ label: 'Emre Doğan' });
    await page.getByRole('button', { name: 'Kaydet' }).click();
    await page.getByText('Bu ambarda').first().waitFor();
    await page.locator('input[name="quantity"]').fill('2');
    await page.getByRole('button', { name: 'Kaydet' }).click();
    await page.waitForURL(/\/stok-hareketleri\/[0-9a-f-]{36}$/);
    address = new URL(page.url()).pathname;
  } finally {
    await keeper.close();
  }

  const staff = await openPage({ role: 'staff', viewport: widths.phone });
  try {
    const { page } = staff;
    await visit(page, address);
    await press(page, 'Teslim aldım');
    await page.getByText('Teslim alındı').first().waitFor();
  } finally {
    await staff.close();
  }
});
