// Without a mouse: what Tab reaches is seen and never a trap, dialogs give the focus back, and the main tasks of the
// product are done from the first key to the last with the focus always somewhere.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOf, eachOf, openPage, widths } from '../lib.mjs';
import { assertFocusPlaced, assertFocusSeen } from '../measure.mjs';
import { walkOf } from '../pages.mjs';

const regulation = 'MADDE 1- (1) Bu Yönetmeliğin amacı çalışma esaslarını düzenlemektir.\nMADDE 2- (1) Görevler şunlardır:\na) Arızaları gidermek.\nb) Yedek almak.\n';

const isOn = (page, selector) => page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
const words = (page) => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');

/** Tab until the focus is there; every stop on the way is seen. */
async function tabTo(page, selector, key = 'Tab') {
  for (let step = 0; step < 200; step += 1) {
    await page.keyboard.press(key);
    await assertFocusSeen(page, page.url());
    if (await isOn(page, selector)) return;
  }
  assert.fail(`Tab does not reach ${selector} on ${page.url()}`);
}

/** The first Tab and Enter: past the menu. */
async function skip(page) {
  await page.keyboard.press('Tab');
  assert.equal(await words(page), 'İçeriğe geç');
  await page.keyboard.press('Enter');
  assert.ok(await isOn(page, '#icerik'));
}

/** Presses a key that leads to a new page; afterwards the focus is on what was said, or where `selector` says. */
async function act(page, key, selector = '.flash') {
  const moved = page.waitForEvent('framenavigated');
  await page.keyboard.press(key);
  await moved;
  await page.waitForLoadState();
  await page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector, { timeout: 15_000 }).catch(async () => {
    assert.fail(`after ${key} the focus is not on ${selector} but on ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))}`);
  });
  await assertFocusPlaced(page, page.url());
}

/** A page with the keyboard in hand. */
async function sit(role, path, work, options = {}) {
  const { page, close } = await openPage({ role, ...options });
  try {
    if (path) await page.goto(path);
    await work(page);
  } finally {
    await close();
  }
}

test('the first Tab offers the content and Enter goes there', () => sit('admin', '/', skip));

test('who types a wrong password is led to what is wrong, and signs in', () => sit(undefined, '/giris', async (page) => {
  const account = await accountOf('auditor');
  await tabTo(page, 'input[autocomplete~="username"]');
  await page.keyboard.type(account.username);
  await tabTo(page, 'input[type="password"]');
  await page.keyboard.type('yanlış-parola-1');
  await act(page, 'Enter', '[data-error-summary], .notice.is-error, [aria-invalid="true"]');
  await tabTo(page, 'input[type="password"]');
  await page.keyboard.type(account.password);
  const moved = page.waitForURL((it) => it.pathname === '/');
  await page.keyboard.press('Enter');
  await moved;
}));

test('a record is found and opened in the palette; Escape gives the focus back', () => sit('admin', '/teskilat/personel', async (page) => {
  await skip(page);
  await tabTo(page, '.sort');
  await page.keyboard.press('Control+k');
  assert.ok(await isOn(page, '#palet-metni'));
  await page.keyboard.press('Escape');
  assert.ok(await isOn(page, '.sort'), 'the focus is back where it was');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('bilgi güvenliği servisi');
  await page.locator('.palette-item[aria-selected="true"]').waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/teskilat/birimler/*');
  assert.equal(await page.locator('h1').innerText(), 'Bilgi Güvenliği Servisi');
}));

test('dialogs and panels close with Escape and give the focus back', () => sit('admin', '/teskilat/personel', async (page) => {
  for (const opener of ['.me', 'button[popovertarget="sutunlar"]', 'button[popovertarget="gorunum-kaydet"]', 'button[popovertarget="disa-aktar"]', 'button[popovertarget="araclar"]']) {
    await tabTo(page, opener);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement.closest('[popover]:popover-open')), `${opener}: Tab goes into what opened`);
    await assertFocusSeen(page, opener);
    await page.keyboard.press('Escape');
    assert.ok(await isOn(page, opener), `${opener}: the focus is back`);
  }
  await page.keyboard.press('?');
  assert.ok(await page.evaluate(() => document.activeElement.closest('dialog[open]')));
  await page.keyboard.press('Escape');
  assert.ok(await isOn(page, 'button[popovertarget="araclar"]'));
}));

test('the menu of a phone opens, is walked and closes with the keyboard', () => sit('admin', '/', async (page) => {
  await tabTo(page, '.menu-button');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.ok(await isOn(page, '#menu a'));
  await assertFocusSeen(page, 'the menu');
  await page.keyboard.press('Escape');
  assert.ok(await isOn(page, '.menu-button'));
}, { viewport: widths.phone }));

test('a list is sorted, filtered, paged and opened, and Escape comes back to the row', () => sit('admin', '/teskilat/personel', async (page) => {
  await skip(page);
  await tabTo(page, '.sort');
  await act(page, 'Enter', '[aria-sort] .sort');
  await tabTo(page, 'a[rel="next"]');
  await act(page, 'Enter', 'tbody tr:first-child th a');
  await tabTo(page, '[name="ara"]', 'Shift+Tab');
  await page.keyboard.type('ay');
  await act(page, 'Enter', '[name="ara"]');
  await page.waitForFunction(() => /kayıt/.test(document.getElementById('duyuru').textContent));
  await tabTo(page, 'tbody th a');
  const row = await words(page);
  const moved = page.waitForURL('**/teskilat/personel/*');
  await page.keyboard.press('Enter');
  await moved;
  await page.waitForLoadState();
  await page.keyboard.press('Escape');
  await page.waitForFunction((name) => document.activeElement?.textContent?.trim() === name, row);
}));

test('a unit is refused, corrected, opened, changed and closed', () => sit('admin', '/teskilat/birimler', async (page) => {
  const moved = page.waitForURL('**/yeni');
  await page.keyboard.press('n');
  await moved;
  await skip(page);
  await tabTo(page, '#alan-code');
  await act(page, 'Control+Enter', '[data-error-summary]');
  assert.match(await page.title(), /^Hata: /);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.ok(await isOn(page, '#alan-code[aria-invalid="true"]'), 'the summary leads to the field');
  const told = await page.evaluate(() => document.activeElement.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id)?.textContent ?? ''));
  assert.ok(told.length > 0 && told.every((it) => it.length > 0), `what describes the field is there: ${told}`);
  await page.keyboard.type('KLV-1');
  await tabTo(page, '#alan-name');
  await page.keyboard.type('Klavye Servisi');
  await tabTo(page, 'select[name="kind"]');
  await page.keyboard.type('Servis');
  await tabTo(page, '#alan-parent-id');
  await page.keyboard.type('müdürlüğü');
  await page.keyboard.press('Control+Enter');
  assert.equal(await page.locator('#alan-parent-id').evaluate((it) => it.validationMessage), 'Listeden birini seçin.', 'many are called so');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Bilgi İşlem');
  await act(page, 'Control+Enter');
  await tabTo(page, 'a[href$="/duzenle"]');
  const opened = page.waitForURL('**/duzenle');
  await page.keyboard.press('Enter');
  await opened;
  await tabTo(page, '#alan-name');
  await page.keyboard.type('Klavye ve Fare Servisi');
  await act(page, 'Control+Enter');
  assert.match(await page.locator('h1').innerText(), /Klavye ve Fare Servisi/);
  await tabTo(page, 'button[value="kapat"]');
  const asked = page.waitForURL('**/eylem');
  await page.keyboard.press('Enter');
  await asked;
  await tabTo(page, 'textarea[name="gerekce"]');
  await act(page, 'Control+Enter', 'textarea[name="gerekce"][aria-invalid="true"]');
  await page.keyboard.type('Deneme için açılmıştı.');
  await tabTo(page, 'form button.is-danger');
  await act(page, 'Enter');
}));

test('a note is refused and left, and a record is followed and left alone', () => sit('director', '/teskilat/birimler?ara=bilgi', async (page) => {
  await page.keyboard.press('j');
  const moved = page.waitForURL('**/birimler/*');
  await page.keyboard.press('Enter');
  await moved;
  await tabTo(page, '#yorum');
  await act(page, 'Control+Enter', '#yorum[aria-invalid="true"]');
  await page.keyboard.type('Klavyeyle yazıldı.');
  await act(page, 'Control+Enter');
  for (const label of ['Takip et', 'Takibi bırak']) {
    await tabTo(page, 'form[action$="/takip"] button');
    assert.equal(await words(page), label);
    await act(page, 'Enter');
  }
}));

test('the director proposes, the deputy mayor selects the rows and approves', async () => {
  for (const subject of ['Klavye sorumlusu', 'Yazıcı sorumlusu']) {
    await sit('director', '/teskilat/sorumlular/yeni', async (page) => {
      await skip(page);
      await tabTo(page, '[name="subject"]');
      await page.keyboard.type(subject);
      await tabTo(page, '#alan-staff-id');
      await page.keyboard.type('Ayşe Kaya');
      await tabTo(page, '#alan-unit-id');
      await page.keyboard.type('Ağ ve Sistem');
      await tabTo(page, '[name="starts_on"]');
      await page.keyboard.type('1.1.2027');
      await act(page, 'Control+Enter');
      await tabTo(page, 'button[value="oner"]');
      await act(page, 'Enter');
    });
  }
  await sit('deputy_mayor', '/teskilat/sorumlular?state=proposed&ara=sorumlusu', async (page) => {
    const before = await page.locator('tbody tr').count();
    for (const key of ['j', 'x', 'j', 'x', 't']) await page.keyboard.press(key);
    assert.equal(await page.locator('[data-bulk-count]').innerText(), '2 seçili');
    assert.ok(await isOn(page, '.bulk-acts button'), 't leads to what can be done with the selection');
    await assertFocusSeen(page, 'the bulk bar');
    await act(page, 'Enter');
    assert.equal(await page.locator('tbody tr').count(), before - 2);
  });
});

test('the bell, the notice, the record', () => sit('deputy_mayor', '/', async (page) => {
  await tabTo(page, 'a.bell');
  const moved = page.waitForURL('**/bildirimler');
  await page.keyboard.press('Enter');
  await moved;
  await skip(page);
  await tabTo(page, '.notice-list .is-unread button');
  await act(page, 'Enter');
}));

test('a regulation is read and corrected with letters, and the focus stays on the items', () => sit('admin', '/yonetmelik/yeni', async (page) => {
  await skip(page);
  await tabTo(page, 'textarea[name="metin"]');
  await page.keyboard.insertText(regulation);
  await act(page, 'Control+Enter');
  await tabTo(page, '.tabs a:not([aria-current])');
  const all = page.waitForURL(/duzelt\?/);
  await page.keyboard.press('Enter');
  await all;
  await page.waitForLoadState();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  assert.ok(await isOn(page, '[data-review-item]'));
  await assertFocusSeen(page, 'the item');
  await page.keyboard.press('?');
  const told = (await page.locator('dialog[open] tbody tr:visible th').allInnerTexts()).map((it) => it.trim());
  assert.ok(told.includes('d') && told.includes('b') && !told.includes('n'), `the letters of this page: ${told}`);
  await page.keyboard.press('Escape');
  assert.ok(await isOn(page, '[data-review-item]'), 'the focus is back on the item');
  const letter = await page.evaluate(() => document.activeElement.querySelector('[data-key]').dataset.key);
  await act(page, letter, '[data-review-item], .flash, .notice');
}));

test('what a letter refers to is found while it is typed, and stands on the letter', () => sit('director', '/yazilar/yeni', async (page) => {
  await tabTo(page, 'input[name="title"]');
  await page.keyboard.type('Olgunluk Anketi');
  await tabTo(page, 'textarea[name="ilgi"]');
  await page.keyboard.type('olgunluk');
  await page.locator('#alan-ilgi-bulunan button').first().waitFor();
  await tabTo(page, '#alan-ilgi-bulunan button');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /E-12345678-700-4411 sayılı yazısı\. \[20\d\d-GE-\d{6}\]$/.test(document.getElementById('alan-ilgi').value));
  // The next line is typed where the last one was.
  await page.waitForFunction(() => {
    const field = document.getElementById('alan-ilgi');
    return document.activeElement === field && field.selectionStart === field.value.length;
  });
  await page.keyboard.press('Enter');
  await page.keyboard.type('3.11.2026 tarihli görüşme.');
  await tabTo(page, 'textarea[name="body"]');
  await page.keyboard.type('Anket yanıtlanmıştır.');
  await act(page, 'Control+Enter');
  const sheet = await page.locator('.letter-sheet').innerText();
  assert.match(sheet, /a\)\s+Örnekil Valiliğinin .+ E-12345678-700-4411 sayılı yazısı\.\s+b\)\s+3\.11\.2026 tarihli görüşme\./);
  assert.doesNotMatch(sheet, /\[20\d\d/, 'the number of the register is not on the paper');
  await tabTo(page, '.letter-sheet a[href^="/evrak/"]');
  const opened = page.waitForURL('**/evrak/*');
  await page.keyboard.press('Enter');
  await opened;
  assert.match(await page.locator('h1').innerText(), /olgunluk anketi/);
}));

test('two records are tied, seen from both sides and untied', () => sit('director', '/varliklar', async (page) => {
  const follow = async (selector, url) => {
    await tabTo(page, selector);
    const moved = page.waitForURL(url);
    await page.keyboard.press('Enter');
    await moved;
    await page.waitForLoadState();
  };
  await follow('tbody th a', '**/varliklar/*');
  const device = await page.locator('h1').innerText();
  await follow('a[href$="/baglar"]', '**/baglar');
  await tabTo(page, '#alan-kayit');
  await act(page, 'Control+Enter', '[data-error-summary]');
  await tabTo(page, '#alan-kayit');
  await page.keyboard.type('olgunluk');
  await page.locator('.suggestions [role="option"]').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  assert.ok(await isOn(page, '[name="nasil"][value="cause"]:checked'));
  await act(page, 'Control+Enter');
  await follow('.plain-list a[href^="/evrak/"]', '**/evrak/*');
  await page.locator('.side, main').getByText('Sonucu', { exact: true }).first().waitFor();
  await page.locator('.plain-list a', { hasText: device }).waitFor();
  await follow('a[href$="/baglar"]', '**/baglar');
  await tabTo(page, '.plain-list button');
  await act(page, 'Enter');
  assert.equal(await page.locator('.plain-list a', { hasText: device }).count(), 0);
}));

for (const [name, viewport] of Object.entries(widths)) {
  test(`Tab goes through whole pages on the ${name} screen, is seen at every stop and comes out again`, async () => {
    const wanted = ['/', '/gorevler', '/gorevler/{id}', '/teskilat/unvanlar/{id}/duzenle', '/teskilat/sema', '/hesabim', '/denetim'];
    const { pages } = await walkOf('admin');
    const paths = wanted.map((shape) => pages.find((it) => it.shape === shape).path);
    await sit('admin', undefined, (page) => eachOf(paths, async (path) => {
      await page.goto(path);
      for (let stops = 0; ; stops += 1) {
        assert.ok(stops < 400, 'Tab never comes to the end');
        await page.keyboard.press('Tab');
        const at = await page.evaluate(() => document.activeElement === document.body);
        if (at && stops > 0) break;
        await assertFocusSeen(page, path);
      }
    }), { viewport });
  });
}
