// What several journeys do with their hands: press a button wherever it is, act as somebody, sign in the box, look at a page
// closely, take a file.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { assertAccessible, assertWellMade, openPage, picture } from './lib.mjs';

export async function press(page, name) {
  const button = page.getByRole('button', { name, exact: true }).or(page.locator('main').getByRole('link', { name, exact: true }));
  // Where there are many, or on a narrow page, the last buttons wait behind "Diğer".
  if (!(await button.first().isVisible())) await page.locator('summary, [popovertarget="diger"]', { hasText: 'Diğer' }).first().click();
  await button.first().click();
}

export async function as(role, viewport, walk) {
  const { page, complaints, close } = await openPage({ role, viewport });
  try {
    return await walk(page);
  } catch (error) {
    await picture(page, `failed-${role}`);
    error.message += `\n${page.url()}\n${complaints.join('\n')}`;
    throw error;
  } finally {
    await close();
  }
}

/** Signs in the box with the mouse, as a finger does. */
export async function sign(page) {
  const box = await page.locator('[data-signature-pad] svg').boundingBox();
  await page.mouse.move(box.x + 30, box.y + box.height * 0.6);
  await page.mouse.down();
  for (let at = 0; at < 40; at += 1) {
    await page.mouse.move(box.x + 30 + (at * box.width) / 60, box.y + box.height * (0.5 + 0.3 * Math.sin(at / 2)));
  }
  await page.mouse.up();
}

/** What holds for every page, axe included, and a picture of it for whoever looks. */
export async function looksRight(page, name) {
  await page.waitForLoadState();
  await assertWellMade(page, name);
  await assertAccessible(page, name);
  if (process.env.BELDE_E2E_PICTURES === '1') await picture(page, `${name}-${page.viewportSize().width}`);
}

/** A text on paper, as a scanner with character recognition would hand it over. */
export async function pdfOf(page, text) {
  const printer = await page.context().newPage();
  try {
    await printer.setContent(`<pre style="white-space: pre-wrap; font: 12pt 'DejaVu Serif'">${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</pre>`);
    return await printer.pdf({ format: 'A4' });
  } finally {
    await printer.close();
  }
}

/** Presses a link that downloads and answers the bytes, which begin as they must. */
export async function takes(page, link, beginning) {
  if (!(await link.first().isVisible())) await page.locator('summary', { hasText: 'Diğer' }).click();
  const [taken] = await Promise.all([page.waitForEvent('download'), link.first().click()]);
  const bytes = readFileSync(await taken.path());
  assert.equal(bytes.subarray(0, beginning.length).toString(), beginning, taken.suggestedFilename());
  return bytes;
}
