import './elements.ts';
