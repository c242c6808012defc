import '../components/cnn-training/cnn-training.ts';
import { followScheme } from './scheme.ts';

followScheme();
// What stands further below is made ready in a task of its own.
void import('../components/cnn-trainer/cnn-trainer.ts');
