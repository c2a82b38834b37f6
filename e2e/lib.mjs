// What every journey stands on: the product started on a fresh demo town, one browser, logging in as a role,
// and the checks that every page must pass. Journeys themselves live in journeys/, walks/ and houses/.

import { execFileSync, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { makeAuthority } from './keys.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Pictures of failures and of pages; never committed. */
export const output = join(here, 'output');
/** Pictures of the READMEs; written only with `BELDE_E2E_BLESS=1`. */
const screenshots = join(here, '../docs/screenshots');

/** The two widths of the house: a cheap phone and a municipal office screen. */
export const widths = { phone: { width: 360, height: 740 }, office: { width: 1366, height: 768 } };

const startLimitMs = 120_000;

let booting;
let browser;
const logins = new Map();
const usedSteps = new Map();

/** Starts `belde demo` once for all journeys; a start that failed fails each of them at once. */
export function startTown() {
  booting ??= boot();
  return booting;
}

/** The built program. */
export function binary() {
  const path = process.env.BELDE_E2E_BINARY ?? join(here, '../target/debug/belde');
  assert.ok(existsSync(path), `${path} is not there: run cargo build first`);
  return path;
}

async function boot() {
  const data = mkdtempSync(join(tmpdir(), 'belde-e2e-'));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const log = [];
  const authority = makeAuthority();
  const trust = authority && { BELDE_TRUST_ANCHORS: authority.anchors, BELDE_SEAL_KEY: authority.seal };
  const options = { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...trust } };
  const url = `http://${address}`;
  const logPort = await freePort();
  const town = { url, data, authority, log, logPort };
  // A journey that dies must not leave the product running on the port.
  process.once('exit', () => town.child?.kill('SIGKILL'));
  const raise = async () => {
    const child = spawn(binary(), ['demo', '--listen', address, '--data', data, '--log-listen', `tcp:127.0.0.1:${logPort}`], options);
    town.child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => log.push(chunk.toString()));
    const deadline = Date.now() + startLimitMs;
    while (!(await isReady(url))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        child.kill('SIGKILL');
        throw new Error(`belde demo did not become ready:\n${log.join('').slice(-4000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  await raise();
  /** As a power cut ends it; raised again on the same data by what it answers. */
  town.fall = async () => {
    const gone = new Promise((resolve) => town.child.once('exit', resolve));
    town.child.kill('SIGKILL');
    await gone;
    return raise;
  };
  town.accounts = JSON.parse(readFileSync(join(data, 'accounts.json'), 'utf8'));
  return town;
}

/** The real thing on an empty folder: the address, the one-time link that it prints, how to kill and raise it, how to end it. */
export async function startHouse({ logListen = '' } = {}) {
  const data = mkdtempSync(join(tmpdir(), 'belde-e2e-house-'));
  const port = await freePort();
  const config = join(data, 'belde.toml');
  writeFileSync(config, `listen = "127.0.0.1:${port}"\ndata = "${join(data, 'veri')}"\nlog_level = "warn"\nlog_listen = "${logListen}"\n`);
  const url = `http://127.0.0.1:${port}`;
  let child;
  const kill = () => child?.kill('SIGKILL');
  process.once('exit', kill);
  const end = async (signal) => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  };
  /** Starts the server and answers the link it printed; nothing when it printed none. */
  const raise = async () => {
    child = spawn(binary(), ['serve', '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
    const log = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => log.push(chunk.toString()));
    const deadline = Date.now() + startLimitMs;
    while (!(await isReady(url))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        kill();
        throw new Error(`belde serve did not become ready:\n${log.join('').slice(-4000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return /http:\S+anahtar=\S+/.exec(log.join(''))?.[0];
  };
  const link = await raise();
  assert.ok(link, 'no link was printed');
  /** As a power cut ends it, and up again on the same data. */
  const fall = async () => {
    await end('SIGKILL');
    return raise();
  };
  const stop = async () => {
    await end('SIGTERM');
    process.removeListener('exit', kill);
    rmSync(data, { recursive: true, force: true });
  };
  /** Another command of the program beside the server. */
  const run = (...words) => execFileSync(binary(), [...words, '--config', config], { encoding: 'utf8' });
  return { url, link, fall, run, stop };
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Ends the product and the browser after the last journey of this process. */
after(async () => {
  await (await browser?.catch(() => undefined))?.close();
  const town = await booting?.catch(() => undefined);
  if (!town) return;
  const gone = new Promise((resolve) => town.child.once('exit', resolve));
  town.child.kill('SIGTERM');
  const slow = setTimeout(() => town.child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(slow);
  rmSync(town.data, { recursive: true, force: true });
  town.authority?.remove();
});

/** A page of its own, with the list of everything the browser complained about. */
export async function openPage({ role, viewport = widths.office, colorScheme = 'light', at } = {}) {
  const url = at ?? (await startTown()).url;
  browser ??= chromium.launch({
    executablePath: process.env.BELDE_E2E_CHROMIUM ?? '/usr/bin/chromium',
    // Chromium's own sandbox cannot start as root, which is what CI machines run as.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const storageState = role ? await sessionOf(role) : undefined;
  const context = await (await browser).newContext({ viewport, colorScheme, storageState, locale: 'tr-TR', reducedMotion: 'reduce', baseURL: url });
  await context.addInitScript(watchShifts);
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, complaints, close: () => context.close() };
}

/** Notes on the page itself how far what is seen moved by itself (https://web.dev/articles/cls). */
function watchShifts() {
  globalThis.shifts = [];
  const note = (entry) => {
    const what = entry.sources.map((it) => it.node?.className || it.node?.nodeName).join(', ');
    if (!entry.hadRecentInput) globalThis.shifts.push({ value: entry.value, what });
  };
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type: 'layout-shift', buffered: true });
}

/** The account of a role, as the demo wrote it down. */
export async function accountOf(role) {
  const { accounts } = await startTown();
  const account = accounts.find((it) => it.role === role);
  assert.ok(account, `the demo has no account for ${role}: ${accounts.map((it) => it.role).join(', ')}`);
  return account;
}

/** All roles of the demo, in its order. */
export async function roles() {
  return (await startTown()).accounts.map((it) => it.role);
}

/** Fills the log-in page with the keyboard only, second step included. */
export async function logIn(page, account) {
  await page.goto('/giris');
  await page.locator('input[autocomplete~="username"]').focus();
  await page.keyboard.type(account.username);
  await page.keyboard.press('Tab');
  await page.locator('input[type="password"]').focus();
  await page.keyboard.type(account.password);
  await enter(page);
  if (account.totp_secret) {
    const code = page.locator('input[autocomplete="one-time-code"]');
    await code.focus();
    await page.keyboard.type(totp(account.totp_secret, await freshMoment(account.username)));
    await enter(page);
  }
}

/**
 * A moment whose one-time code was not used yet. The next half minute's is taken already, as from a telephone that is
 * early; who logs in a third time waits.
 */
async function freshMoment(username) {
  const step = () => Math.floor(Date.now() / 30_000);
  const fresh = Math.max(step(), (usedSteps.get(username) ?? 0) + 1);
  while (fresh > step() + 1) await new Promise((resolve) => setTimeout(resolve, 500));
  usedSteps.set(username, fresh);
  return fresh * 30_000;
}

/** Enter in a form, and the page that it leads to. */
async function enter(page) {
  const moved = page.waitForEvent('framenavigated');
  await page.keyboard.press('Enter');
  await moved;
  await page.waitForLoadState();
}

/** Logs each role in once: guessing is slowed down, and so would be a journey that logs in a hundred times. */
function sessionOf(role) {
  if (!logins.has(role)) logins.set(role, loggedIn(role));
  return logins.get(role);
}

async function loggedIn(role) {
  const { page, close } = await openPage();
  await logIn(page, await accountOf(role));
  assert.equal(new URL(page.url()).pathname === '/giris', false, `${role} could not log in`);
  const state = await page.context().storageState();
  await close();
  return state;
}

/** RFC 6238 with SHA-1, 30 seconds and six digits; the secret is base32 (RFC 4648). */
export function totp(secret, nowMs) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const letters = secret.toUpperCase().replace(/[^A-Z2-7]/g, '');
  const bits = [...letters].map((it) => alphabet.indexOf(it).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((it) => Number.parseInt(it, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = digest[digest.length - 1] & 15;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

/** Every address of the main menu, in its order. */
export async function menuOf(page) {
  await page.goto('/');
  const links = await page.locator('nav#menu a[href]').evaluateAll((all) => all.map((it) => it.getAttribute('href')));
  assert.ok(links.length > 0, 'the menu is empty');
  return [...new Set(links)];
}

/** Goes to an address and checks what holds for every page of the product. */
export async function visit(page, path) {
  const response = await page.goto(path);
  assert.ok(response, `${path} gave no answer`);
  assert.equal(response.status(), 200, `${path} answered ${response.status()}`);
  await assertWellMade(page, path);
}

/** What holds for every page, however it was reached. */
export async function assertWellMade(page, path) {
  const facts = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    headings: document.querySelectorAll('h1').length,
    title: document.title,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }));
  assert.equal(facts.lang, 'tr', `${path} has no lang`);
  assert.equal(facts.headings, 1, `${path} has ${facts.headings} h1`);
  assert.ok(facts.title.length > 0, `${path} has no title`);
  assert.ok(facts.wide <= 0, `${path} scrolls sideways by ${facts.wide} px`);
}

const allRules = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
/** What another theme can change. */
export const colourRules = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/** axe over the page as it is now; a violation is told with the element it found. */
export async function assertAccessible(page, path, rules = allRules) {
  // Under the head that stays while the page scrolls, every target is cut off somewhere; at the top none is.
  await page.evaluate(() => globalThis.scrollTo(0, 0));
  // Evaluated through the debugger, so the content security policy of the page stays in force.
  if (!(await page.evaluate(() => Boolean(globalThis.axe)))) await page.evaluate(axeSource);
  const violations = await page.evaluate(async (runOnly) => {
    // Of what is fine nothing is told, which takes a fifth of the time.
    const result = await globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] });
    return result.violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(' | ')}`);
  }, rules);
  assert.deepEqual(violations, [], `axe on ${path}`);
}

/** A picture of the page: always for a person to look at, and into docs/ when blessing. */
export async function picture(page, name, { bless = false } = {}) {
  const isBlessed = bless && process.env.BELDE_E2E_BLESS === '1';
  const folder = isBlessed ? screenshots : output;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: !isBlessed });
}

/** Collects what is wrong with many pages, so that one run tells all of it. */
export async function eachOf(list, check) {
  const [all, wrong] = [[...list], []];
  for (const item of all) {
    try {
      await check(item);
    } catch (error) {
      wrong.push(`${item}: ${error.message.split('\n').slice(0, 12).join('\n    ')}`);
    }
  }
  assert.ok(wrong.length === 0, `${wrong.length} of ${all.length}:\n${wrong.join('\n')}`);
}
