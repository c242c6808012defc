import '../components/cnn-adversarial/cnn-adversarial.ts';
import '../components/cnn-class-model/cnn-class-model.ts';
import '../components/cnn-feature/cnn-feature.ts';
import { followSteps } from './steps.ts';

followSteps();
