/** The switch of a window that lies in the padding. */
export const NOWHERE = 0xffffffff;
