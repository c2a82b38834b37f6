// What each role is offered: every link leads somewhere, the first page passes axe.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible, eachOf, openPage, roles, visit } from '../lib.mjs';
import { walkOf } from '../pages.mjs';

test('no link that a role is offered is refused to it', async () => {
  await eachOf(await roles(), async (role) => {
    const { pages, refused } = await walkOf(role);
    assert.ok(pages.length > 10, `${role} reaches ${pages.length} kinds of pages`);
    assert.deepEqual(refused, []);
  });
});

test('the first page of each role passes axe', async () => {
  await eachOf(await roles(), async (role) => {
    const { page, complaints, close } = await openPage({ role });
    try {
      await visit(page, '/');
      await assertAccessible(page, `/ as ${role}`);
      assert.deepEqual(complaints, [], 'the browser complained');
    } finally {
      await close();
    }
  });
});
