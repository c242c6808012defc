import '../../types/guide/vite-main.js';
