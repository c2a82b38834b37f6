// On paper: the menu and the buttons stay behind, nothing is cut at the edge, the head of a table comes again on every
// sheet. The words of the sheets are read with pdftotext, where it is at hand.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eachOf, openPage, output } from '../lib.mjs';
import { walkOf } from '../pages.mjs';

const isThere = !spawnSync('pdftotext', ['-v']).error;
/** A4 with the margins of the style sheet (12 mm on either side), in CSS pixels. */
const sheet = { width: Math.round(((210 - 24) / 25.4) * 96), height: 1000 };

/** The words on each sheet, with their places; and every word's right edge in points. */
function read(pdf) {
  const run = (...options) => spawnSync('pdftotext', [...options, pdf, '-'], { encoding: 'utf8' }).stdout;
  const boxes = [...run('-bbox').matchAll(/<word xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.]+)" yMax="[\d.]+">([^<]*)</g)];
  return { sheets: run('-layout').split('\f').slice(0, -1), words: boxes.map(([, left, right, word]) => ({ left: Number(left), right: Number(right), word })) };
}

async function print(page, name) {
  mkdirSync(output, { recursive: true });
  const file = join(output, `${name}.pdf`);
  writeFileSync(file, await page.pdf({ preferCSSPageSize: true }));
  return read(file);
}

/** What a person would miss or not want on paper, asked of the page as it is printed. */
async function assertPrintable(page, path) {
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize(sheet);
  const facts = await page.evaluate(() => {
    const seen = (it) => it.checkVisibility({ visibilityProperty: true });
    const shown = [...document.querySelectorAll('header.head, .nav, .tabs, .crumbs, .skip, .filters, button, .btn, form textarea, dialog, .pager')].filter(seen);
    const edge = document.documentElement.clientWidth + 1;
    const over = [...document.querySelectorAll('main *')].filter((it) => seen(it) && it.getBoundingClientRect().right > edge);
    return { shown: shown.map((it) => it.outerHTML.slice(0, 80)), over: over.map((it) => it.outerHTML.slice(0, 80)).slice(0, 3) };
  });
  await page.setViewportSize({ width: 1366, height: 768 });
  await page.emulateMedia({ media: null });
  assert.deepEqual(facts.shown, [], `${path} prints what belongs to the screen`);
  assert.deepEqual(facts.over, [], `${path} is cut at the right edge of the paper`);
}

test('every kind of page can be printed: no menu, no buttons, nothing over the edge', async () => {
  const { page, close } = await openPage({ role: 'admin' });
  const { pages } = await walkOf('admin');
  try {
    // A form is not printed; what can be printed are lists, records and the sheets made for paper.
    const paths = pages.map((it) => it.path).filter((it) => !/\/(yeni|duzenle|baglar|birlestir|ice-aktar|rol|parola|yetkiler|kimde|teskilat|geri-al|onayla|ikinci-adim|gizlilik|tarama|sql|anahtar)$|ayarlar|gozden-gecirme|^\/hesabim|^\/ara|bildirimler|bilesenler/.test(it));
    await eachOf(paths, async (path) => {
      await page.goto(path);
      await assertPrintable(page, path);
    });
  } finally {
    await close();
  }
});

test('a long list has its head on every sheet, and every word stands on the paper', { skip: isThere ? false : 'pdftotext is not here' }, async () => {
  const { page, close } = await openPage({ role: 'admin' });
  try {
    await page.goto('/gorevler/yazdir');
    const { sheets, words } = await print(page, 'gorevler');
    assert.ok(sheets.length > 1, 'the list fills more than a sheet');
    for (const [number, text] of sheets.entries()) {
      assert.match(text, /Kod\s+Görev\s+Konu/, `sheet ${number + 1} has the head of the table`);
      assert.match(text, new RegExp(`${number + 1}\\s*/\\s*${sheets.length}`), `sheet ${number + 1} says its number`);
    }
    assert.match(sheets[0], /Örnekova Belediyesi/);
    const outside = words.filter((it) => it.right > 595.3 || it.left < 0);
    assert.deepEqual(outside, []);
    const codes = await page.locator('tbody th').allInnerTexts();
    const all = sheets.join('\n');
    assert.deepEqual(codes.filter((it) => !all.includes(it.trim())), [], 'every row is on paper');
  } finally {
    await close();
  }
});

test('a record, the chart and the inspection are read from paper as from the screen', { skip: isThere ? false : 'pdftotext is not here' }, async () => {
  const { page, close } = await openPage({ role: 'admin' });
  const { pages } = await walkOf('admin');
  const at = (shape) => pages.find((it) => it.shape === shape).path;
  try {
    await eachOf([at('/gorevler/{id}'), at('/teskilat/personel/{id}'), '/teskilat/sema/yazdir', '/denetim/yazdir', '/teskilat/personel'], async (path) => {
      await page.goto(path);
      const heading = (await page.locator('h1').innerText()).split('\n')[0].split(' ')[0];
      const { sheets, words } = await print(page, path.replaceAll('/', '-').slice(1));
      const all = sheets.join('\n');
      assert.ok(all.includes(heading), `${heading} is on paper`);
      assert.match(all, /Örnekova Belediyesi/, 'the head of the municipality');
      assert.ok(!all.includes('Ctrl K') && !all.includes('İçeriğe geç'), 'what belongs to the screen stays there');
      assert.deepEqual(words.filter((it) => it.right > 595.3 || it.left < 0).map((it) => it.word), [], 'every word stands on the paper');
    });
  } finally {
    await close();
  }
});
