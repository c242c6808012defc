/** What few pages want of the elements, and what brings training with it: a file of its own beside the script for a tag. */
export { CnnTrainer } from './cnn-trainer/cnn-trainer.ts';
export { CnnStepEvent } from './cnn-trainer/cnn-step-event.ts';
export { CnnTraining } from './cnn-training/cnn-training.ts';
