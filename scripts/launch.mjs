// A headless Chromium with WebGPU, outside of the test runner.
import puppeteer from 'puppeteer-core';
import { CHROME_FLAGS, findChrome } from './browser.mjs';

export const launchChrome = (flags = []) =>
  puppeteer.launch({ ...findChrome(), headless: true, args: [...CHROME_FLAGS, ...flags], protocolTimeout: 0 });

/** A moving picture in place of a webcam, and nobody asked for permission. */
export const FAKE_WEBCAM = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

/** The page is composed by the software GPU too, so that canvases show what WebGPU draws. Slower for everything else. */
export const COMPOSED_BY_GPU = ['--enable-features=Vulkan', '--use-vulkan=swiftshader', '--use-angle=swiftshader'];

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
