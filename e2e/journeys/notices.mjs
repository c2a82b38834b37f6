// Notices: the bell says that something waits, the page says what, the record is one key away, and then it is read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage, startTown, visit } from '../lib.mjs';

const role = 'deputy_mayor';
const bellOf = (page) => page.locator('a.bell');

/** How many unread notices the bell speaks of. */
async function unread(page) {
  const label = await bellOf(page).getAttribute('aria-label');
  return Number(/: (\d+)/.exec(label)?.[1] ?? 0);
}

test('from the bell to the record with the keyboard, and then it is read', async () => {
  const { page, close } = await openPage({ role });
  try {
    await visit(page, '/');
    const before = await unread(page);
    assert.ok(before > 0, 'the demo town gives the deputy mayor something to know');
    await bellOf(page).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/bildirimler');
    const first = page.locator('.notice-list > .is-unread a').first();
    const said = await first.innerText();
    await first.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => !url.pathname.startsWith('/bildirimler'));
    assert.ok((await page.locator('h1').innerText()).length > 0);
    assert.ok((await unread(page)) < before, 'the bell counts one less on the record already');
    await visit(page, '/bildirimler');
    const read = page.locator('.notice-part').filter({ has: page.locator('h2', { hasText: 'Okunanlar' }) });
    assert.ok((await read.innerText()).includes(said), 'it stands among the read ones');
  } finally {
    await close();
  }
});

test('without script notices are read, one by one and all of them', async () => {
  const { url } = await startTown();
  const { page, close } = await openPage({ role: 'staff' });
  const storageState = await page.context().storageState();
  const context = await page.context().browser().newContext({ storageState, javaScriptEnabled: false, baseURL: url });
  const plain = await context.newPage();
  try {
    await plain.goto('/bildirimler');
    const before = await unread(plain);
    assert.ok(before > 1, 'the demo town gives the staff something to know');
    await plain.locator('.notice-list > .is-unread button').first().click();
    assert.ok((await unread(plain)) < before);
    await plain.getByRole('button', { name: 'Tümünü okundu say' }).click();
    assert.equal(await unread(plain), 0);
    assert.equal(await plain.locator('.notice-list > .is-unread').count(), 0);
  } finally {
    await context.close();
    await close();
  }
});
