// What can be measured of how a page stands: that nothing is cut off, nothing moves by itself, and everything still
// stands with letters of twice the size.

import assert from 'node:assert/strict';
import { assertWellMade } from './lib.mjs';

/** web.dev calls 0.1 good; a page that is drawn on the server has no reason to move at all. */
const mostShift = 0.02;

/** The page did not move by itself while it came up. */
export async function assertStill(page, path) {
  const shifts = await page.evaluate(() => new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(globalThis.shifts)));
  }));
  const sum = shifts.reduce((all, it) => all + it.value, 0);
  assert.ok(sum <= mostShift, `${path} moved by ${sum.toFixed(3)}: ${shifts.map((it) => it.what).join('; ')}`);
}

/** No text is cut by the box it stands in, nor by the edge of the page; what can be pushed sideways may be wider. */
export async function assertWhole(page, path) {
  const cut = await page.evaluate(() => {
    const aside = '.visually-hidden, .me-name, .town, .search span, .bulk, option, svg, script, noscript';
    const pushed = '.scroll:not(.is-fitting), .drawing, .tabs, .chips, .filter-row, .toolbar-end, pre, [popover]';
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      const words = texts.currentNode.data.trim();
      if (!words || element.closest(aside) || !element.checkVisibility({ visibilityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      const box = range.getBoundingClientRect();
      if (box.width === 0) continue;
      const isPushed = element.closest(pushed);
      if (!isPushed && box.right > document.documentElement.clientWidth + 1) found.push(`the page: ${words}`);
      for (let frame = element; frame !== document.body; frame = frame.parentElement) {
        const [style, edge] = [getComputedStyle(frame), frame.getBoundingClientRect()];
        const cuts = (how) => how === 'hidden' || how === 'clip';
        const isCutX = cuts(style.overflowX) && (box.right > edge.right + 1.5 || box.left < edge.left - 1.5);
        const isCutY = cuts(style.overflowY) && (box.bottom > edge.bottom + 2.5 || box.top < edge.top - 2.5);
        if (isCutX || isCutY) found.push(`${frame.className || frame.nodeName}: ${words}`);
        if (isCutX || isCutY || style.position === 'fixed' || ['auto', 'scroll'].includes(style.overflowX)) break;
      }
    }
    return [...new Set(found)].slice(0, 5);
  });
  assert.deepEqual(cut, [], `${path} cuts text off`);
}

/** With letters of 200 % (WCAG 1.4.4) the page still does not scroll sideways and nothing is cut off. */
export async function assertGrows(page, path) {
  // Two frames: the script sees which tables do not fit any more.
  await page.evaluate(() => new Promise((resolve) => {
    document.documentElement.style.fontSize = '200%';
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  }));
  await assertWellMade(page, `${path} with large letters`);
  await assertWhole(page, `${path} with large letters`);
  await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
}

/** Everything a page must stand, in the theme it has. */
export async function assertStands(page, path) {
  await assertStill(page, path);
  await assertWhole(page, path);
  await assertGrows(page, path);
}

/** What may have the focus after an act: something in the page that is seen, never the body. */
export async function assertFocusPlaced(page, after) {
  const lost = await page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body || element === document.documentElement) return 'the focus is on the body';
    return element.checkVisibility({ visibilityProperty: true }) ? null : `the focus is hidden: ${element.outerHTML.slice(0, 120)}`;
  });
  assert.equal(lost, null, after);
}

/** Whether the element with the focus shows it: by its own ring, or by the frame around it. */
export async function assertFocusSeen(page, where) {
  const hidden = await page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const rings = (it) => {
      const style = getComputedStyle(it);
      return style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 1 && !/^rgba\(.*, 0\)$|transparent/.test(style.outlineColor);
    };
    const isSeen = rings(element) || (element.closest('.filter') && rings(element.closest('.filter')))
      || element.matches('main, .flash, .skip') || (element.matches('.palette input') && element.closest('dialog'))
      || (element instanceof SVGElement && Number.parseFloat(getComputedStyle(element.querySelector('.box') ?? element).strokeWidth) >= 2);
    return isSeen ? null : element.outerHTML.slice(0, 160);
  });
  assert.equal(hidden, null, `the focus cannot be seen on ${where}`);
}
