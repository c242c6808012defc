/** What a figure saves when the button with this text is pressed. */
export async function savedBy(figure: HTMLElement, label: string): Promise<Blob> {
  const { createObjectURL } = URL;
  const stop = (event: Event): void => {
    if (event.target instanceof HTMLAnchorElement) event.preventDefault();
  };
  addEventListener('click', stop, true);
  try {
    return await new Promise<Blob>((resolve) => {
      URL.createObjectURL = (blob: Blob): string => {
        resolve(blob);
        return createObjectURL(blob);
      };
      [...figure.shadowRoot!.querySelectorAll('button')]
        .find(({ textContent }) => textContent.includes(label))!
        .click();
    });
  } finally {
    URL.createObjectURL = createObjectURL;
    // The link is clicked once its address is there
    setTimeout(() => {
      removeEventListener('click', stop, true);
    });
  }
}
