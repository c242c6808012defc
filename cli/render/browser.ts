import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Browser, PuppeteerNode } from 'puppeteer-core';
import { ArgumentError, UnsupportedEnvironmentError } from '../../src/internal.ts';
import { UsageError } from '../command.ts';
import { optionalPackage } from '../optional.ts';

/** What the programs are called where they lie on the path, as on Linux. */
const NAMES = [
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
];
const MAC = ['Google Chrome', 'Microsoft Edge', 'Chromium'];
const WINDOWS = [
  'Google/Chrome/Application/chrome.exe',
  'Microsoft/Edge/Application/msedge.exe',
  'Chromium/Application/chrome.exe',
];

/** The browser that `--browser` or the environment names, else one that is found. */
export function findBrowser(named: string | undefined): string {
  const variable = process.env['UNPOOL_BROWSER'];
  for (const [path, from] of [
    [named, '--browser'],
    [variable, 'UNPOOL_BROWSER'],
  ] as const) {
    if (path === undefined || path === '') continue;
    if (existsSync(path)) return path;
    throw new UsageError(`${from}: there is no "${path}"`);
  }
  const found = candidates().find((path) => isProgram(path));
  if (found !== undefined) return found;
  throw new UnsupportedEnvironmentError('there is no browser that draws the figures', {
    expected: `Chrome, Edge or Chromium: looked for ${lookedFor()}`,
    remedy: 'Name one by --browser or the environment variable UNPOOL_BROWSER.',
  });
}

function candidates(): string[] {
  const { env, platform } = process;
  if (platform === 'darwin') {
    return ['/', homedir()].flatMap((root) =>
      MAC.map((name) => join(root, `Applications/${name}.app/Contents/MacOS/${name}`)),
    );
  }
  if (platform === 'win32') {
    const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => env[name] ?? []);
    return roots.flatMap((root) => WINDOWS.map((path) => join(root, path)));
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function lookedFor(): string {
  return ['darwin', 'win32'].includes(process.platform) ? candidates().join(', ') : `${NAMES.join(', ')} on the path`;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The package `puppeteer-core`, by which a program speaks to a browser; who renders pages installs it. */
export async function findPuppeteer(): Promise<PuppeteerNode> {
  const found = (await optionalPackage('puppeteer-core')) as { default?: PuppeteerNode } | undefined;
  if (found?.default) return found.default;
  throw new UnsupportedEnvironmentError('pages are rendered by the package puppeteer-core, which is not here', {
    remedy: 'npm install puppeteer-core',
  });
}

/** A browser of its own that nobody sees, on the GPU where there is one. */
export async function launch(puppeteer: PuppeteerNode, executablePath: string): Promise<Browser> {
  // Chrome refuses to run in its sandbox for root, as whom containers run programs
  const isRoot = process.getuid?.() === 0;
  try {
    return await puppeteer.launch({
      executablePath,
      headless: true,
      args: ['--enable-unsafe-webgpu', '--no-first-run', ...(isRoot ? ['--no-sandbox'] : [])],
      // A figure may take long, and Ctrl-C keeps what there is
      protocolTimeout: 0,
      handleSIGINT: false,
    });
  } catch (cause) {
    const [first] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw new ArgumentError('the browser does not start', { where: executablePath, got: first!, cause });
  }
}
