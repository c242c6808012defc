import '../components/index.ts';
import { Studio } from './studio/studio.ts';

// Beside this script lie the pictures, in whatever language the page is.
new Studio(document.querySelector('#studio')!, new URL('.', import.meta.url)).start();
