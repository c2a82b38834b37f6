// A paper letter from the scanner to the person who answers it and to the signature in the custody book; and a letter of
// the house from its first draft to the page where anybody checks it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, looksRight, pdfOf, press, sign, takes } from '../hands.mjs';
import { accountOf, openPage, visit, widths } from '../lib.mjs';

const fileCode = { label: '700 Bilgi Sistemleri ve Bilgi İşlem' };
const page36 = '[0-9a-f-]{36}$';
const at = (list) => new RegExp(`${list}/${page36}`);

/** A letter as another institution's printer leaves it; its number is its own, so that no other run has it. */
const paper = (subject, number) => `T.C.\nÖRNEKİL VALİLİĞİ\nİl Yazı İşleri Müdürlüğü\n\nSayı : ${number}   5.11.2026\nKonu : ${subject}\n\n` +
  'ÖRNEKOVA BELEDİYE BAŞKANLIĞINA\n\nBinalardaki kablosuz ağların listesini bildirmenizi rica ederim.\n';

/** Uploads a scan, corrects what it must and registers it; answers the address of the document. */
async function enter(page, subject) {
  await visit(page, '/gelen-kutusu/yukle');
  await looksRight(page, 'gelen-yukle');
  const scan = await pdfOf(page, paper(subject, `E-12345678-700-${Date.now()}`));
  await page.locator('input[name="dosya"]').setInputFiles({ name: 'tarama_0007.pdf', mimeType: 'application/pdf', buffer: scan });
  await page.getByRole('button', { name: 'Yükle' }).press('Enter');
  await page.getByText('alındı:').waitFor();
  await looksRight(page, 'gelen-yuklendi');
  await page.getByRole('link', { name: subject }).press('Enter');
  await page.waitForURL(at('/gelen-kutusu'));
  await looksRight(page, 'gelen-bekliyor');
  assert.match(await page.locator('main').innerText(), /ÖRNEKİL VALİLİĞİ/, 'the sender is read from the letter');
  await page.getByRole('link', { name: 'değiştir' }).first().press('Enter');
  await page.waitForURL(/duzenle/);
  const code = page.locator('select[name="file_code_id"]');
  await code.focus();
  await code.selectOption(fileCode);
  await looksRight(page, 'gelen-duzenle');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(at('/gelen-kutusu'));
  await press(page, 'Evrak olarak kaydet');
  await page.getByText('Evrak olarak kaydedildi.').waitFor();
  await looksRight(page, 'gelen-kaydedildi');
  await page.locator('main a[href^="/evrak/"]').first().click();
  await page.waitForURL(at('/evrak'));
  return new URL(page.url()).pathname;
}

/** Refers the document to a person within so many working days. */
async function refer(page, document, { name }, days) {
  await visit(page, document);
  await press(page, 'Yeni havale');
  await page.locator('select[name="staff_id"]').selectOption({ label: name });
  await page.locator('input[name="days"]').fill(String(days));
  await page.locator('textarea[name="note"]').fill('Listeyi hazırlayın.');
  await looksRight(page, 'havale-yeni');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(at('/havaleler'));
}

test('a scanned letter is registered, referred and given out against a signature, and stands in the book of the day', async () => {
  const subject = `Kablosuz Ağların Listesi ${Date.now()}`;
  const receiver = await accountOf('staff');
  await as('clerk', widths.office, async (page) => {
    const document = await enter(page, subject);
    await looksRight(page, 'evrak');
    assert.match(await page.locator('main').innerText(), /20\d\d-GE-\d{6}/);
    await refer(page, document, receiver, 3);
    await looksRight(page, 'havale');
    await visit(page, document);
    await page.getByText('Havalede').first().waitFor();
    await press(page, 'Elden teslim et');
    await page.waitForURL(/evrak-teslimleri\/yeni/);
    const taker = page.locator('select[name="staff_id"]');
    await taker.focus();
    await taker.selectOption({ label: receiver.name });
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(at('/evrak-teslimleri'));
    await looksRight(page, 'teslim-hazir');
    await press(page, 'Yola çıkar');
    await page.getByText('Yolda').first().waitFor();
    await press(page, 'Ekranda imzalat');
    await looksRight(page, 'teslim-imza');
    await sign(page);
    await page.getByRole('button', { name: 'Ekranda imzalat' }).click();
    await page.getByText('Teslim edildi').first().waitFor();
    assert.equal(await page.locator('svg.signature path').count(), 1);
    await looksRight(page, 'teslim-edildi');
    await visit(page, '/evrak-teslimleri/defter');
    await page.locator('tr', { hasText: subject }).locator('svg.signature path').first().waitFor();
    await looksRight(page, 'zimmet-defteri');
    await visit(page, document);
    await page.getByRole('heading', { name: 'Elden teslim', exact: true }).waitFor();
    await looksRight(page, 'evrak-teslim-edildi');
  });
});

test('who a letter was referred to finds it in the morning, opens it with its file and says what was done', async () => {
  const subject = `Kamera Kayıtları ${Date.now()}`;
  const receiver = await accountOf('staff');
  const document = await as('clerk', widths.office, async (page) => {
    const entered = await enter(page, subject);
    await refer(page, entered, receiver, 1);
    return entered;
  });
  await as('staff', widths.phone, async (page) => {
    await visit(page, '/');
    await looksRight(page, 'gunum');
    await page.getByRole('link', { name: 'Size havale edilen evrak' }).click();
    await page.waitForURL(/havaleler/);
    await looksRight(page, 'havaleler');
    await page.locator('tbody tr', { hasText: subject }).locator('a').first().click();
    await page.waitForURL(at('/havaleler'));
    await press(page, 'Evrakı aç');
    await page.waitForURL(document);
    await looksRight(page, 'evrak-personel');
    await takes(page, page.getByRole('link', { name: 'tarama_0007.pdf' }), '%PDF-');
    await page.goBack();
    await page.waitForURL(at('/havaleler'));
    await press(page, 'Gereği yapıldı');
    await page.locator('textarea[name="gerekce"]').fill('Liste yazıldı ve gönderildi.');
    await looksRight(page, 'geregi-yapildi');
    await page.getByRole('button', { name: 'Gereği yapıldı', exact: true }).click();
    await page.getByText('Liste yazıldı ve gönderildi.').first().waitFor();
    await looksRight(page, 'havale-bitti');
    await visit(page, document);
    await page.getByText('Gereği yapıldı').first().waitFor();
  });
});

test('a letter is corrected, initialled by two, signed and numbered, and anybody can check it on a telephone', async () => {
  const subject = `Kablosuz Ağ ${Date.now()}`;
  const [director, chief, technician] = await Promise.all(['director', 'chief', 'technician'].map(accountOf));
  const letter = await as('staff', widths.office, async (page) => {
    await visit(page, '/yazilar/yeni');
    await page.locator('input[name="title"]').fill(`${subject}.`);
    await page.locator('textarea[name="addressees"]').fill('Örnekil Valiliği');
    await page.locator('textarea[name="body"]').pressSequentially('Binalardaki kablosuz ağların listesi hazırlandı.', { delay: 1 });
    await page.getByText('Konunun sonuna noktalama işareti konmaz.').waitFor();
    await looksRight(page, 'yazi-yeni');
    await page.locator('textarea[name="initialled_by"]').fill(`${technician.name}\n${chief.name}`);
    await page.locator('select[name="signer_id"]').selectOption({ label: director.name });
    const code = page.locator('select[name="file_code_id"]');
    await code.focus();
    await code.selectOption(fileCode);
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(at('/yazilar'));
    await looksRight(page, 'yazi-hatali');
    const path = new URL(page.url()).pathname;
    // Errors of form keep it at home.
    await press(page, 'İmzaya sun');
    await page.getByText('“İmzaya sun” yapılamadı').waitFor();
    await looksRight(page, 'yazi-sunulamadi');
    // What is said leads to the field it is about.
    await page.locator('.error-summary').getByRole('link', { name: 'Konunun sonuna noktalama işareti konmaz.' }).press('Enter');
    await page.waitForURL(`**${path}/duzenle#alan-title`);
    await page.locator('input[name="title"]:focus').waitFor();
    await page.locator('input[name="title"]').fill(subject);
    await page.locator('textarea[name="body"]').fill('Binalardaki kablosuz ağların listesi hazırlandı.\n\nBilgilerinizi arz ederim.');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(at('/yazilar'));
    assert.ok(!(await page.locator('main').innerText()).includes('Düzeltilmeli'), 'nothing is left to correct');
    await press(page, 'İmzaya sun');
    await page.getByText('İmzada').first().waitFor();
    await looksRight(page, 'yazi-imzada');
    return path;
  });
  for (const [role, name, verb] of [['technician', technician.name, 'Parafla'], ['chief', chief.name, 'Parafla'], ['director', director.name, 'İmzala']]) {
    await as(role, role === 'technician' ? widths.phone : widths.office, async (page) => {
      await visit(page, '/imza-klasoru');
      await looksRight(page, `imza-klasoru-${role}`);
      await page.locator('tbody tr', { hasText: subject }).filter({ hasText: name }).locator('a').first().click();
      await page.waitForURL(at('/imza-klasoru'));
      await looksRight(page, `imza-${role}`);
      await press(page, verb);
      if (verb === 'İmzala') await page.getByRole('button', { name: verb, exact: true }).click();
      await page.getByText(`“${verb}” işlemi yapıldı`).waitFor();
    });
  }
  const code = await as('staff', widths.office, async (page) => {
    await visit(page, letter);
    await page.getByText('İmzalandı').first().waitFor();
    assert.match(await page.locator('main').innerText(), /Z-24312041-700-\d+/, 'it has its number');
    await looksRight(page, 'yazi-imzalandi');
    await takes(page, page.getByRole('link', { name: 'PDF', exact: true }), '%PDF-');
    return (await page.locator('.letter-sheet a[href*="/dogrula/"]').innerText()).trim();
  });
  const { page, complaints, close } = await openPage({ viewport: widths.phone });
  try {
    await visit(page, `/dogrula/${code}`);
    await page.getByText(subject).waitFor();
    await looksRight(page, 'dogrula');
    await takes(page, page.getByRole('link', { name: 'Belgeyi aç (PDF)' }), '%PDF-');
    assert.deepEqual(complaints, []);
  } finally {
    await close();
  }
});

/** Tab after Tab until a field has the focus, as hands do that never leave the keys. */
async function goTo(page, name) {
  for (let step = 0; step < 20; step += 1) {
    if ((await page.evaluate(() => document.activeElement?.getAttribute('name'))) === name) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`${name} is not reached with Tab`);
}

test('the register clerk enters one letter after the other and never leaves the keys', async () => {
  const run = Date.now();
  await as('clerk', widths.office, async (page) => {
    await visit(page, '/evrak/yeni');
    await page.locator('input[name="correspondent"]:focus').waitFor();
    await looksRight(page, 'evrak-yeni');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('Posta');
    const began = Date.now();
    for (const subject of ['Park Talebi', 'Yol Onarımı', 'Bilgi Edinme']) {
      await goTo(page, 'correspondent');
      await page.keyboard.type(`Sıradaki Dernek ${run}`);
      await goTo(page, 'their_number');
      await page.keyboard.type(`${subject}-${run}`);
      await goTo(page, 'title');
      await page.keyboard.type(`${subject} ${run}`);
      await page.keyboard.press('Control+Shift+Enter');
      await page.locator('[data-flash]').getByText(new RegExp(`20\\d\\d-GE-\\d{6} kaydedildi: ${subject} ${run}`)).waitFor();
      await page.locator('input[name="correspondent"]:focus').waitFor();
      assert.equal(await page.locator('input[name="correspondent"]').inputValue(), '', 'the next begins empty');
      assert.equal(await page.locator('select[name="medium"]').inputValue(), 'post', 'what was chosen stays');
    }
    await looksRight(page, 'evrak-siradaki');
    console.log(`three letters entered with the keys in ${Date.now() - began} ms`);
    await visit(page, '/evrak');
    assert.equal(await page.locator('tbody tr', { hasText: `Sıradaki Dernek ${run}` }).count(), 3);
  });
});

test('what arrived is registered in a row, each corrected and the next opened, without the mouse', async () => {
  const run = Date.now();
  await as('clerk', widths.office, async (page) => {
    await visit(page, '/gelen-kutusu/yukle');
    for (const number of [1, 2]) {
      const scan = await pdfOf(page, paper(`Sırada ${number} ${run}`, `E-12345678-700-${run}${number}`));
      await page.locator('input[name="dosya"]').setInputFiles({ name: `sira_${number}.pdf`, mimeType: 'application/pdf', buffer: scan });
      await page.getByRole('button', { name: 'Yükle' }).press('Enter');
      await page.getByText('alındı:').waitFor();
    }
    await visit(page, '/gelen-kutusu');
    await page.getByRole('link', { name: `Sırada 1 ${run}` }).press('Enter');
    await page.waitForURL(at('/gelen-kutusu'));
    await page.getByRole('link', { name: 'değiştir' }).first().press('Enter');
    await page.waitForURL(/duzenle/);
    await page.locator('input[name="sender"]:focus').waitFor();
    await looksRight(page, 'gelen-sirayla');
    await page.keyboard.press('Control+Shift+Enter');
    await page.locator('[data-flash]').getByText(`Evrak olarak kaydedildi. Sırada 1 ${run}`).waitFor();
    await page.locator('input[name="sender"]:focus').waitFor();
    assert.equal(await page.locator('input[name="title"]').inputValue(), `Sırada 2 ${run}`, 'the next that waits');
    await page.keyboard.press('Control+Shift+Enter');
    await page.locator('[data-flash]').getByText(`Evrak olarak kaydedildi. Sırada 2 ${run}`).waitFor();
    await visit(page, `/evrak?ara=${encodeURIComponent(`${run}`)}`);
    await page.getByRole('link', { name: /GE-/ }).nth(1).waitFor();
  });
});

test('a letter begins from a template of the unit and goes to a group, of which one gets no annex', async () => {
  const run = Date.now();
  const director = await accountOf('director');
  await as('clerk', widths.office, async (page) => {
    await visit(page, '/dagitim-gruplari/yeni');
    await page.locator('input[name="name"]').fill(`Okullar ${run}`);
    await page.locator('textarea[name="members"]').fill(`Lise ${run}\nİlkokul ${run}`);
    await looksRight(page, 'dagitim-grubu-yeni');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(at('/dagitim-gruplari'));
    await looksRight(page, 'dagitim-grubu');
  });
  await as('staff', widths.office, async (page) => {
    await visit(page, '/yazi-sablonlari/yeni');
    await page.locator('input[name="name"]').fill(`Okullara duyuru ${run}`);
    await page.locator('input[name="title"]').fill('Duyuru');
    await page.locator('textarea[name="addressees"]').fill(`Okullar ${run}`);
    await page.locator('textarea[name="body"]').fill('Ekteki duyurunun öğrencilere bildirilmesini rica ederim.');
    await page.locator('select[name="signer_id"]').selectOption({ label: director.name });
    await looksRight(page, 'sablon-yeni');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(at('/yazi-sablonlari'));
    await looksRight(page, 'sablon');
    await visit(page, '/yazilar/yeni');
    await page.getByLabel('Şablondan başla').selectOption({ label: `Okullara duyuru ${run}` });
    await page.getByRole('button', { name: 'Getir' }).click();
    await page.waitForURL(/letter_template=/);
    assert.equal(await page.locator('input[name="title"]').inputValue(), 'Duyuru');
    await looksRight(page, 'yazi-sablondan');
    await page.locator('textarea[name="annexes"]').fill('Duyuru (1 sayfa)');
    await page.locator('summary', { hasText: 'Ek bilgiler' }).click();
    await page.locator('textarea[name="withheld"]').fill(`Lise ${run}`);
    await looksRight(page, 'yazi-eksiz');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(at('/yazilar'));
    const sheet = page.locator('.letter-sheet');
    await sheet.getByText('DAĞITIM YERLERİNE').waitFor();
    assert.match(await sheet.innerText(), new RegExp(`Lise ${run} \\(Ek konulmadı\\)\\s+İlkokul ${run}`));
    await looksRight(page, 'yazi-dagitimli');
  });
});

test('a wrong scan of a letter signed by hand is replaced, and the old one stays with its reason', async () => {
  await as('director', widths.office, async (page) => {
    await visit(page, '/yazilar?scan=awaited');
    await page.locator('tbody th a', { hasText: 'Anketin Yanıtlanması' }).click();
    await page.waitForURL(at('/yazilar'));
    const letter = new URL(page.url()).pathname;
    await looksRight(page, 'yazi-tarama-bekler');
    const hang = async (name) => {
      const scan = await pdfOf(page, name);
      await page.locator('input[name="dosya"]').setInputFiles({ name, mimeType: 'application/pdf', buffer: scan });
      await page.getByRole('button', { name: 'Yükle' }).click();
      await page.locator('main').getByText('İmzalı taraması yüklendi').first().waitFor();
    };
    await hang('baska-yazi.pdf');
    await press(page, 'Taramayı değiştir');
    await page.locator('textarea[name="gerekce"]').fill('Başka bir yazının taraması.');
    await looksRight(page, 'tarama-degistir');
    await page.getByRole('button', { name: 'Taramayı değiştir', exact: true }).click();
    await page.waitForURL(`**${letter}`);
    await page.getByRole('heading', { name: 'Eski taramalar' }).waitFor();
    await hang('imzali.pdf');
    await looksRight(page, 'tarama-dogru');
    const older = page.getByRole('region', { name: 'Eski taramalar' });
    assert.match(await older.innerText(), /Başka bir yazının taraması\.\s+baska-yazi\.pdf/);
    assert.doesNotMatch(await older.innerText(), /imzali\.pdf/);
    await takes(page, older.getByRole('link', { name: 'baska-yazi.pdf' }), '%PDF-');
  });
});
