// A headless Chromium with WebGPU, outside of the test runner.
import puppeteer from 'puppeteer-core';
import { CHROME_FLAGS, findChrome } from './browser.mjs';

export const launchChrome = () =>
  puppeteer.launch({ ...findChrome(), headless: true, args: CHROME_FLAGS, protocolTimeout: 0 });

/**
 * Calls `report(kind, text)` for what the page logs ('log', 'warn', 'error', …), with 'error' for a request that failed
 * and 'fault' for an uncaught error or a crash.
 */
export function observe(page, report) {
  page.on('console', (message) => {
    const { url } = message.location();
    // "Failed to load resource" does not say which.
    report(message.type(), message.text() + (message.text().startsWith('Failed to load') ? ` ${url}` : ''));
  });
  page.on('pageerror', (error) => report('fault', String(error?.stack ?? error)));
  page.on('error', (error) => report('fault', `the page crashed: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') report('error', `${reason}: ${request.url()}`);
  });
}
