/** Gains of delta-bar-delta: the smallest, and what becomes of one while a number goes on, and when it turns. */
export const LEAST = 0.01;
export const LESS = 0.8;
export const MORE = 0.2;
