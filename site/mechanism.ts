import '../components/index.ts';
