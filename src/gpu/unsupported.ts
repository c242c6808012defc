import { UnsupportedEnvironmentError } from '../errors.ts';

/** What readers can do about a GPU that is there and does not answer. */
const REVIVE = 'Close other pages that use the GPU, restart the browser, or update it and the graphics driver.';

/** Where WebGPU is missing altogether. */
export function noWebGpu(): UnsupportedEnvironmentError {
  if (typeof document === 'undefined' && typeof isSecureContext === 'undefined') {
    return new UnsupportedEnvironmentError('there is no WebGPU outside of a browser', {
      expected: 'navigator.gpu',
      remedy: 'Compute on the CPU: backend: "cpu", which is what loadModel does here by itself.',
    });
  }
  return new UnsupportedEnvironmentError('this browser offers no WebGPU', {
    expected: 'navigator.gpu',
    remedy: globalThis.isSecureContext
      ? 'Use Chrome or Edge 113 or later, Safari 26 or later, or Firefox 141 or later (about:config, dom.webgpu.enabled, where it is off).'
      : 'Serve the page over https or from localhost: browsers hide WebGPU from other pages.',
  });
}

/** Where no adapter was found. */
export function noAdapter(): UnsupportedEnvironmentError {
  return new UnsupportedEnvironmentError('this browser has WebGPU but found no GPU adapter', {
    remedy:
      'Turn on hardware acceleration in the browser settings and update the graphics driver. On Linux, Chrome may need ' +
      '--enable-unsafe-webgpu or chrome://flags/#enable-unsafe-webgpu; without any GPU add --use-webgpu-adapter=swiftshader.',
  });
}

/** Where an adapter offers less than WebGPU's core asks of all. */
export function tooSmall(limit: string, least: number, got: number): UnsupportedEnvironmentError {
  return new UnsupportedEnvironmentError('the GPU adapter is too small', {
    where: limit,
    expected: `at least ${String(least)}`,
    got: String(got),
    remedy: 'Update the graphics driver, or use another device.',
  });
}

/** Where the browser neither gives nor refuses. */
export function noAnswer(wanted: string, ms: number): UnsupportedEnvironmentError {
  return new UnsupportedEnvironmentError('this browser has WebGPU but the GPU does not answer', {
    expected: `${wanted} within ${String(ms / 1000)} s`,
    got: 'nothing',
    remedy: REVIVE,
  });
}

/** Where the browser refuses. */
export function failedToOpen(wanted: string, cause: unknown): UnsupportedEnvironmentError {
  return new UnsupportedEnvironmentError('this browser has WebGPU but could not open the GPU', {
    expected: wanted,
    got: cause instanceof Error && cause.message !== '' ? cause.message.replace(/\.$/, '') : String(cause),
    remedy: REVIVE,
    cause,
  });
}
