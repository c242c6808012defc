/** Runs with a property of one object replaced, and puts it back as it was. */
export async function withProperty<T>(target: object, name: string, value: unknown, run: () => Promise<T>): Promise<T> {
  const own = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { value, configurable: true });
  try {
    return await run();
  } finally {
    if (own) Object.defineProperty(target, name, own);
    else Reflect.deleteProperty(target, name);
  }
}

/** Runs with a device on which every allocation fails. */
export function withoutMemory<T>(device: GPUDevice, run: () => Promise<T>): Promise<T> {
  const scopes: GPUErrorFilter[] = [];
  const push = (filter: GPUErrorFilter): void => {
    scopes.push(filter);
    GPUDevice.prototype.pushErrorScope.call(device, filter);
  };
  const pop = (): Promise<GPUError | null> => {
    const failed = scopes.pop() === 'out-of-memory';
    const error = GPUDevice.prototype.popErrorScope.call(device);
    return failed ? error.then(() => new GPUOutOfMemoryError('none left')) : error;
  };
  return withProperty(device, 'pushErrorScope', push, () => withProperty(device, 'popErrorScope', pop, run));
}

/** Loses the device in the middle of what it is asked to do next. */
export function loseUnderWork(device: GPUDevice): void {
  const { queue } = device;
  const submit = (buffers: readonly GPUCommandBuffer[]): void => {
    GPUQueue.prototype.submit.call(queue, buffers);
    device.destroy();
  };
  Object.defineProperty(queue, 'submit', { value: submit, configurable: true });
}
