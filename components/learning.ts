/** What few pages want of the elements, and what brings training with it. */
export {};
