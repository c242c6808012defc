/** Files that are dropped anywhere on the page, on an element of it, or pasted. While some are over the page it shows that. */
export function acceptFiles(take: (data: DataTransfer, target: Element | undefined) => void): void {
  addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  addEventListener('dragleave', ({ relatedTarget }) => {
    if (!relatedTarget) document.body.classList.remove('dropping');
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('dropping');
    const { dataTransfer, target } = event;
    if (dataTransfer) take(dataTransfer, target instanceof Element ? target : undefined);
  });
  addEventListener('paste', ({ clipboardData }) => {
    if (clipboardData?.files.length) take(clipboardData, undefined);
  });
}
