// One after the other, each in a task of its own, so that the page does not stand still: what they share, then as they stand.
await import('../src/index.ts');
await import('../components/cnn-training/cnn-training.ts');
await import('../components/cnn-trainer/cnn-trainer.ts');

export {};
