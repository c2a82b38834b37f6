// A small authority for trials of the electronic signature: its root, the seal of the municipality and a key for whoever signs.
// Made with the openssl command; gone with the town.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Nothing where there is no openssl. */
export function makeAuthority() {
  if (spawnSync('openssl', ['version']).error) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'belde-e2e-keys-'));
  const path = (name) => join(folder, name);
  const openssl = (...words) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  const subject = (name) => ['-utf8', '-subj', `/C=TR/O=Deneme/CN=${name}`];
  writeFileSync(path('end.cnf'), 'keyUsage=critical,nonRepudiation,digitalSignature\n');
  const is = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'].flatMap((it) => ['-addext', it]);
  openssl('req', '-x509', ...curve, '-days', '3650', '-keyout', 'root.key', '-out', 'root.pem', ...is, ...subject('Deneme Kök'));
  let made = 0;
  /** One file with the key and the certificate of this name. */
  const keyOf = (name) => {
    made += 1;
    openssl('req', ...curve, '-keyout', `${made}.key`, '-out', `${made}.csr`, ...subject(name));
    const by = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-extfile', 'end.cnf'];
    openssl('x509', '-req', '-in', `${made}.csr`, ...by, '-days', '3000', '-out', `${made}.pem`);
    writeFileSync(path(`${made}.both.pem`), readFileSync(path(`${made}.key`)) + readFileSync(path(`${made}.pem`)));
    return path(`${made}.both.pem`);
  };
  return { anchors: path('root.pem'), seal: keyOf('Belediye Mührü'), keyOf, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
