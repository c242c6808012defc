/** What few pages want of the elements, and what brings training with it: a file of its own beside the script for a tag. */
export { CnnTraining } from './cnn-training/cnn-training.ts';
