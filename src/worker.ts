// What runs in the Worker: a build makes one file of it, worker.js, without chunks, so that it also starts from a copy of
// its text. A new job is a function of its own file and a line here.
import { inflate } from './work/inflate.ts';
import { cutFile } from './models/cut.ts';
import { serve } from './work/serve.ts';

serve({ cutFile, inflate });
