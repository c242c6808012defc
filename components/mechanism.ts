/** The arithmetic of single units, which few pages show: a file of its own beside the script for a tag. */
export { CnnMechanism } from './cnn-mechanism/cnn-mechanism.ts';
