/** Lets the reader choose between light and dark. */
export function followScheme(): void {
  document.querySelector('#scheme')!.addEventListener('change', ({ target }) => {
    document.documentElement.style.colorScheme = (target as HTMLSelectElement).value;
  });
}
