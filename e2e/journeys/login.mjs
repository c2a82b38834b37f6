// Getting in and out: every role, a wrong password, a session that has ended.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOf, assertAccessible, logIn, openPage, picture, roles, totp } from '../lib.mjs';

test('the one-time code is that of RFC 6238', () => {
  // Appendix B of the RFC: the secret "12345678901234567890" at 59 s gives 94287082; we use its last six digits.
  assert.equal(totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 59_000), '287082');
});

test('every role of the demo can log in and sees its menu', async () => {
  for (const role of await roles()) {
    const { page, close } = await openPage({ role });
    await page.goto('/');
    assert.ok(await page.locator('nav#menu a').count(), `${role} has no menu`);
    await close();
  }
});

test('a wrong password is refused in Turkish and keeps the name that was typed', async () => {
  const [role] = await roles();
  const account = await accountOf(role);
  const { page, close } = await openPage();
  await logIn(page, { ...account, password: 'yanlış-parola-1', totp_secret: undefined });
  assert.equal(new URL(page.url()).pathname, '/giris');
  assert.equal(await page.locator('input[autocomplete~="username"]').inputValue(), account.username);
  assert.match(await page.locator('main').innerText(), /parola/i);
  await assertAccessible(page, 'refused log-in');
  await close();
});

test('the log-in page passes axe in light and dark', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const { page, close, complaints } = await openPage({ colorScheme });
    await page.goto('/giris');
    await assertAccessible(page, `/giris ${colorScheme}`);
    await picture(page, `giris-${colorScheme}`);
    assert.deepEqual(complaints, []);
    await close();
  }
});

test('who logs out cannot go back', async () => {
  const [role] = await roles();
  const { page, close } = await openPage();
  await logIn(page, await accountOf(role));
  await page.locator('button[popovertarget="ben"]').click();
  await page.locator('form[action="/cikis"] button').click();
  await page.waitForURL(/giris/);
  await page.goto('/');
  assert.equal(new URL(page.url()).pathname, '/giris');
  await close();
});
