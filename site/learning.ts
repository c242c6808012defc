import '../components/index.ts';
import { followScheme } from './scheme.ts';

followScheme();
