// Without a mouse: the first Tab skips to the content, the palette opens and leads somewhere, focus is seen.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachOf, menuOf, openPage, roles } from '../lib.mjs';

async function firstRole() {
  return (await roles())[0];
}

test('the first Tab offers the content and Enter goes there', async () => {
  const { page, close } = await openPage({ role: await firstRole() });
  await page.goto('/');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'İçeriğe geç');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'icerik');
  await close();
});

test('Ctrl+K opens the palette with the focus in its field and Escape gives the focus back', async () => {
  const { page, close } = await openPage({ role: await firstRole() });
  await page.goto('/');
  await page.keyboard.press('Control+k');
  await page.locator('dialog[open] input').first().waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'INPUT');
  await page.keyboard.press('Escape');
  await page.locator('dialog[open]').waitFor({ state: 'detached', timeout: 2000 }).catch(() => {});
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await close();
});

test('every element that Tab reaches shows that it has the focus', async () => {
  const { page, close } = await openPage({ role: await firstRole() });
  await eachOf(await menuOf(page), async (path) => {
    await page.goto(path);
    for (let step = 0; step < 25; step += 1) {
      await page.keyboard.press('Tab');
      const hidden = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        const style = getComputedStyle(element);
        const isSeen = style.outlineStyle !== 'none' || style.boxShadow !== 'none' || element.closest('.skip');
        return isSeen ? null : element.outerHTML.slice(0, 160);
      });
      assert.equal(hidden, null, 'the focus cannot be seen');
    }
  });
  await close();
});
