// With scripts switched off every menu item still opens and a list can still be searched.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachOf, menuOf, openPage, roles, startTown } from '../lib.mjs';

test('every menu item works without script', async () => {
  const { url } = await startTown();
  const [role] = await roles();
  const { page, close } = await openPage({ role });
  const paths = await menuOf(page);
  const storageState = await page.context().storageState();
  const context = await page.context().browser().newContext({ storageState, javaScriptEnabled: false, baseURL: url });
  const plain = await context.newPage();
  await eachOf(paths, async (path) => {
    const response = await plain.goto(path);
    assert.equal(response.status(), 200);
    assert.ok((await plain.locator('h1').innerText()).length > 0);
  });
  await context.close();
  await close();
});
