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
