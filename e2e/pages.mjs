// Which pages there are: one address for each kind of page that links lead to, found by following them as every role,
// and the pages that only an act leads to, each with the way there.

import assert from 'node:assert/strict';
import { openPage, roles } from './lib.mjs';

const notPages = /\/disa-aktar\/|\/api\/|\/varlik\/|\/ek\/|^\/cikis/;
/** Kinds of record share these screens; one of each is looked at. */
const shared = [/^(\/kim-gorebilir)\/[^/]+/, /^\/.+(\/ice-aktar)$/];

const walks = new Map();

/** The address without what differs from record to record: `/gorevler/{id}/kimde`. */
function shapeOf(href) {
  const isName = (part) => /\d/.test(part);
  return href.replace(/[?#].*/, '').split('/').map((part) => (isName(part) ? '{id}' : part)).join('/');
}

/** Follows every link a role is offered, once for each shape: what it reached, and the links that were refused. */
export function walkOf(role) {
  if (!walks.has(role)) walks.set(role, walk(role));
  return walks.get(role);
}

async function walk(role) {
  const { page, close } = await openPage({ role });
  const [queue, seen, pages, refused] = [[{ href: '/', from: '' }], new Set(['/']), [], []];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const answer = await page.context().request.get(next.href, { maxRedirects: 0 });
    if (answer.status() >= 400) refused.push(`${next.from} → ${next.href}: ${answer.status()}`);
    if (answer.status() !== 200 || !answer.headers()['content-type'].startsWith('text/html')) continue;
    pages.push({ path: next.href, shape: shapeOf(next.href) });
    // The links of the component gallery are examples, which lead nowhere.
    if (next.href === '/yonetim/bilesenler') continue;
    for (const [, written] of (await answer.text()).matchAll(/<a [^>]*?href="(\/[^"#]*)"/g)) {
      const href = written.replaceAll('&amp;', '&');
      if (notPages.test(href) || seen.has(shapeOf(href))) continue;
      seen.add(shapeOf(href));
      queue.push({ href, from: next.href });
    }
  }
  await close();
  return { pages, refused };
}

/** One address for each kind of page, with a role that may open it. What is never linked cannot be found. */
export async function pageTypes() {
  const found = new Map([['/yonetim/bilesenler', { path: '/yonetim/bilesenler', role: 'admin' }]]);
  const all = await roles();
  const walked = await Promise.all(all.map(walkOf));
  for (const [place, role] of all.entries()) {
    for (const { path, shape } of walked[place].pages) {
      const sharing = shared.map((it) => it.exec(shape)?.[1]).find(Boolean);
      const key = sharing ?? shape;
      if (!found.has(key)) found.set(key, { path, role });
    }
  }
  return [...found].map(([shape, page]) => ({ shape, ...page }));
}

const csv = 'Birim kodu;Birim adı;Türü\nYENI-1;Yeni Servis;Servis\nYENI-2;;Servis\nBIM;Adı çok uzun bir birim adı ki satıra sığmaz;Yok böyle tür\n';
const regulation = 'MADDE 1- (1) Bu Yönetmeliğin amacı çalışma esaslarını düzenlemektir.\nMADDE 2- (1) Görevler şunlardır:\na) Arızaları gidermek.\n';

/** Presses the button of the page that carries this name. */
const press = (page, name) => page.getByRole('button', { name, exact: true }).first().press('Enter');

async function firstRecord(page, list) {
  await page.goto(list);
  await page.locator('table.rows tbody th a').first().press('Enter');
  await page.waitForURL((it) => it.pathname !== list);
}

/** Pages that no link leads to. `reach` goes there; `status` is what the server answers; `only` is the one screen that has it. */
export const actedPages = [
  { name: 'kayit-ara', role: 'admin', async reach(page) {
    await page.goto('/erisim-kayitlari?metin=DHCPACK&neden=deneme');
    await page.locator('ol.log li').first().waitFor();
  } },
  { name: 'kayit-satiri', role: 'admin', async reach(page) {
    await page.goto('/erisim-kayitlari?metin=DHCPACK&neden=deneme');
    await page.locator('.log-facts a').first().press('Enter');
    await page.waitForURL('**/satir?*');
  } },
  { name: 'canli-akis', role: 'admin', async reach(page) {
    await page.goto('/erisim-kayitlari/canli?neden=deneme&dur=evet');
    await page.locator('.found-count').waitFor();
  } },
  { name: 'kayit-raporu', role: 'admin', async reach(page) {
    await page.goto('/erisim-kayitlari/rapor?neden=deneme&rapor=kaynak&sure=1');
    await page.locator('table.bars').waitFor();
  } },
  { name: 'kayitli-gorunumler', role: 'admin', async reach(page) {
    await page.goto('/teskilat/personel?state=active');
    await press(page, 'Görünümü kaydet');
    await page.locator('#gorunum-adi').fill('Görevde olanlar');
    await page.locator('#gorunum-adi').press('Enter');
    await page.locator('.flash').waitFor();
    await page.goto('/teskilat/personel/gorunum');
  } },
  { name: 'ice-aktar-onizleme', role: 'admin', async reach(page) {
    await page.goto('/teskilat/birimler/ice-aktar');
    await page.locator('input[type="file"]').setInputFiles({ name: 'birimler.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await press(page, 'Denetle');
    await page.locator('.import-counts').waitFor();
  } },
  { name: 'ice-aktar-dosyasiz', role: 'admin', async reach(page) {
    await page.goto('/teskilat/birimler/ice-aktar');
    await press(page, 'Denetle');
    await page.locator('[data-error-summary]').waitFor();
  } },
  { name: 'form-hatali', role: 'admin', async reach(page) {
    await page.goto('/teskilat/birimler/yeni');
    await press(page, 'Kaydet');
    await page.locator('[data-error-summary]').waitFor();
  } },
  { name: 'cakisma', role: 'admin', async reach(page) {
    await firstRecord(page, '/teskilat/birimler');
    const edit = `${new URL(page.url()).pathname}/duzenle`;
    await page.goto(edit);
    const other = await page.context().newPage();
    await other.goto(edit);
    const number = other.locator('input[name="sort_no"]');
    await number.fill(String(Number(await number.inputValue()) + 1));
    await number.press('Enter');
    await other.locator('.flash').waitFor();
    await other.close();
    await page.locator('input[name="sort_no"]').fill('77');
    await page.locator('input[name="sort_no"]').press('Enter');
    await page.locator('.conflict').waitFor();
  } },
  { name: 'gerekce-sor', role: 'admin', async reach(page) {
    await firstRecord(page, '/teskilat/birimler');
    await press(page, 'Birimi kapat');
    await page.locator('textarea[name="gerekce"]').waitFor();
    await press(page, 'Birimi kapat');
    await page.locator('.field-error').waitFor();
  } },
  { name: 'toplu-onay', role: 'admin', async reach(page) {
    await page.goto('/yonetim/hesaplar');
    await page.locator('td.pick input').first().press('Space');
    await page.locator('.bulk-acts button').first().press('Enter');
    await page.waitForURL('**/toplu*');
  } },
  { name: 'parola-verildi', role: 'admin', async reach(page) {
    await page.goto('/yonetim/hesaplar?ara=kayit');
    await page.locator('table.rows tbody th a').first().press('Enter');
    await page.getByRole('link', { name: 'Tek kullanımlık parola ver' }).press('Enter');
    await page.waitForURL('**/parola');
  } },
  { name: 'parola-gosterildi', role: 'admin', async reach(page) {
    await page.goto('/yonetim/hesaplar/yeni');
    await page.locator('#alan-username').fill(`deneme${Date.now()}`);
    await page.locator('#alan-name').fill('Parola Bekleyen');
    await page.locator('main form button.is-primary').press('Enter');
    await page.getByRole('link', { name: 'Tek kullanımlık parola ver' }).press('Enter');
    await page.waitForURL('**/parola');
    await page.locator('main form button.is-primary').press('Enter');
    await page.locator('main code.reference').waitFor();
  } },
  { name: 'anahtar-verildi', role: 'admin', async reach(page) {
    await page.goto('/hesabim/anahtar/yeni');
    await page.locator('input[name="ad"]').fill('Deneme anahtarı');
    await page.locator('input[name="parola"]').fill('belde-deneme-2026');
    await page.locator('main details.section > summary').first().press('Enter');
    await page.locator('main details.section input[type="checkbox"]').first().press('Space');
    await page.locator('main form button.is-primary').press('Enter');
    await page.locator('main code').first().waitFor();
  } },
  { name: 'yonetmelik-duzelt', role: 'admin', async reach(page) {
    await page.goto('/yonetmelik/yeni');
    await page.locator('textarea[name="metin"]').fill(regulation);
    await page.locator('main form button.is-primary').press('Enter');
    await page.waitForURL('**/duzelt*');
  } },
  { name: 'yonetmelik-onayla', role: 'admin', async reach(page) {
    await page.goto('/yonetmelik?state=draft');
    await page.locator('table.rows tbody th a').first().press('Enter');
    await page.waitForURL(/yonetmelik\/[^/?]+/);
    await page.goto(`${new URL(page.url()).pathname.replace('/duzelt', '')}/onayla`);
  } },
  { name: 'palet', role: 'admin', async reach(page) {
    await page.goto('/teskilat/personel');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('bil');
    await page.locator('.palette-item').first().waitFor();
  } },
  { name: 'kisayollar', role: 'admin', async reach(page) {
    await page.goto('/teskilat/personel');
    await page.keyboard.press('?');
    await page.locator('dialog[open]').waitFor();
  } },
  { name: 'kisi-menusu', role: 'admin', async reach(page) {
    await page.goto('/teskilat/personel');
    await page.locator('.me').press('Enter');
    await page.locator('#ben').waitFor();
  } },
  { name: 'menu', role: 'admin', only: 'phone', async reach(page) {
    await page.goto('/teskilat/personel');
    await page.locator('.menu-button').press('Enter');
    await page.locator('#menu a').first().waitFor();
  } },
  { name: 'yarim-form', role: 'admin', async reach(page) {
    await page.goto('/teskilat/unvanlar/yeni');
    await page.locator('#alan-name').fill('Yarım kalan unvan');
    await page.waitForFunction(() => Object.values(sessionStorage).some((it) => it.includes('Yarım kalan')));
    page.once('dialog', (dialog) => dialog.accept());
    await page.goto('/teskilat/unvanlar');
    await page.goto('/teskilat/unvanlar/yeni');
    await page.locator('.draft-note').waitFor();
  } },
  { name: 'sutunlar', role: 'admin', async reach(page) {
    await page.goto('/teskilat/personel');
    await press(page, 'Sütunlar');
    await page.locator('#sutunlar').waitFor();
  } },
  { name: 'secili-satirlar', role: 'admin', async reach(page) {
    await page.goto('/yonetim/hesaplar');
    await page.locator('td.pick input').first().press('Space');
    await page.locator('.bulk').waitFor();
  } },
  { name: 'bildirim-tercihleri', role: 'deputy_mayor', async reach(page) {
    await page.goto('/bildirimler');
    await page.locator('.notice-choices summary').press('Enter');
  } },
  { name: 'bos-liste', role: 'admin', reach: (page) => page.goto('/teskilat/personel?ara=bulunmazbirsoz') },
  { name: 'arama', role: 'admin', reach: (page) => page.goto('/ara?q=bilgi') },
  { name: 'bulunamadi', role: 'staff', status: 404, reach: (page) => page.goto('/boyle-bir-sayfa-yok') },
  { name: 'yetki-yok', role: 'staff', status: 403, reach: (page) => page.goto('/yonetim/ayarlar') },
  { name: 'giris', reach: (page) => page.goto('/giris') },
  { name: 'girissiz-bulunamadi', status: 404, reach: (page) => page.goto('/teskilat-semasi') },
];

/** Goes to a page of `actedPages`, says whether the server answered as it should, and forgets what the browser said of that. */
export async function reach(page, complaints, wanted) {
  const answers = [];
  const note = (response) => {
    if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) answers.push(response.status());
  };
  page.on('response', note);
  await wanted.reach(page);
  page.off('response', note);
  if (wanted.status) assert.equal(answers.at(-1), wanted.status, `${wanted.name} answered ${answers.at(-1)}`);
  // The browser itself writes a line for each refusal.
  const own = complaints.splice(0).filter((it) => !/status of 4\d\d/.test(it));
  assert.deepEqual(own, [], 'the browser complained');
}
