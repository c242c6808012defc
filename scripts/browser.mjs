// Finds a Chromium: CHROME_PATH, then an installed one, then the one packed into the npm package @sparticuz/chromium,
// so that a machine with nothing but Node can run every test. That package also holds the Vulkan driver (SwiftShader)
// with which Deno checks the shaders.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];

/** WebGPU on the software adapter, which every machine has and whose numbers are the same everywhere. */
export const CHROME_FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--force-device-scale-factor=1',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];

const prepend = (folder, variable) => [folder, process.env[variable]].filter(Boolean).join(delimiter);

/** Unpacks the npm package once into node_modules/.cache; null on platforms for which it has no binary. */
function unpackChromium() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const packed = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../..');
  const { version } = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8'));
  const folder = join(packed, '../../.cache', `chromium-${version}`);
  if (existsSync(folder)) return folder;
  // Beside the final place and then renamed: another process never sees half a browser.
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  const read = (name) => brotliDecompressSync(readFileSync(join(packed, 'bin', name)));
  for (const name of ['swiftshader.tar.br', 'al2023.tar.br', 'fonts.tar.br'])
    execFileSync('tar', ['-x', '--no-same-owner', '-C', partial], { input: read(name) });
  // Its own configuration names folders of a cloud function; the machine's fonts come first, Open Sans where it has none.
  const system = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>';
  const fonts = `<fontconfig>${system}<dir>${join(folder, 'fonts')}</dir><cachedir>${folder}</cachedir></fontconfig>`;
  writeFileSync(join(partial, 'fonts.conf'), fonts);
  writeFileSync(join(partial, 'chromium'), read('chromium.br'), { mode: 0o755 });
  try {
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Executable and environment of a Chromium. */
export function findChrome() {
  const named = process.env.CHROME_PATH;
  if (named && !existsSync(named)) throw new Error(`CHROME_PATH=${named} does not exist`);
  const executablePath = named ?? INSTALLED.find((path) => existsSync(path));
  if (executablePath) return { executablePath, env: process.env };
  const folder = unpackChromium();
  if (!folder) throw new Error('No Chromium found: install Chrome or set CHROME_PATH to its executable.');
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: prepend(join(folder, 'lib'), 'LD_LIBRARY_PATH'),
    FONTCONFIG_PATH: folder,
  };
  return { executablePath: join(folder, 'chromium'), env };
}

/** Environment in which a Vulkan program (Deno) finds SwiftShader; the machine's own driver where that is missing. */
export function vulkanEnvironment() {
  const folder = unpackChromium();
  if (!folder) return process.env;
  const driver = join(folder, 'vk_swiftshader_icd.json');
  return { ...process.env, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: prepend(folder, 'LD_LIBRARY_PATH') };
}

/** An installed Firefox. Throws where there is none. */
export function findFirefox() {
  const places = [process.env.FIREFOX_PATH, '/usr/bin/firefox-esr', '/usr/bin/firefox'];
  const found = [...places, '/Applications/Firefox.app/Contents/MacOS/firefox'].find((path) => path && existsSync(path));
  if (!found) throw new Error('no Firefox: install one (Debian: firefox-esr), or name it by FIREFOX_PATH');
  return found;
}
