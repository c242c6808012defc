// Fonts for screenshots.
import { readFileSync } from 'node:fs';

const FONT = import.meta.resolve('@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff2');

/** 简体中文, which the packed Chromium lacks, in the page's own fonts, without changing the page for others. */
export async function useChineseFont(page) {
  for (const weight of ['400', '700']) {
    const bytes = readFileSync(new URL(`noto-sans-sc-chinese-simplified-${weight}-normal.woff2`, FONT));
    await page.evaluate(
      async (base64, of) => {
        const font = new FontFace('Noto Sans SC', `url(data:font/woff2;base64,${base64})`, { weight: of });
        document.fonts.add(await font.load());
        document.body.style.fontFamily = "system-ui, 'Noto Sans SC', sans-serif";
      },
      bytes.toString('base64'),
      weight,
    );
  }
}
