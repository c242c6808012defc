import './elements.ts';
import { Studio } from './studio/studio.ts';
import { studioTemplate } from './studio/template.ts';

// Beside this script lie the pictures, in whatever language the page is.
new Studio(document.querySelector('#studio')!, new URL('.', import.meta.url), studioTemplate).start();
