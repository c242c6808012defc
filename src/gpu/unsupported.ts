import { UnsupportedEnvironmentError } from '../errors.ts';

/** Where WebGPU is missing altogether. */
export function noWebGpu(): UnsupportedEnvironmentError {
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
