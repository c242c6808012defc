// Loaded when there is a zip file; of fflate nothing else is.
export { unzipSync } from 'fflate';
