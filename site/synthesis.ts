import '../components/index.ts';
import { followScheme } from './scheme.ts';
import { followSteps } from './steps.ts';

followScheme();
followSteps();
