import type { Curves, Evaluation, TrainingSnapshot } from '../../src/training.ts';

/** Points of a line: more than a screen has room for are of no use, and a training has no end. */
const MOST = 200;

type Point = readonly [step: number, value: number];

/** A line of any length in the room of a short one: neighbours become their mean where there are too many. */
class Line {
  #points: Point[] = [];
  /** Values that become a point. */
  #each = 1;
  #sum = 0;
  #count = 0;

  add(step: number, value: number): void {
    if (!Number.isFinite(value)) return;
    this.#sum += value;
    if (++this.#count < this.#each) return;
    this.#points.push([step, this.#sum / this.#count]);
    this.#sum = this.#count = 0;
    if (this.#points.length <= MOST) return;
    this.#each *= 2;
    const halves: Point[] = [];
    for (let i = 0; i + 1 < this.#points.length; i += 2) {
      const [[, a], [step, b]] = [this.#points[i]!, this.#points[i + 1]!];
      halves.push([step, (a + b) / 2]);
    }
    this.#points = halves;
  }

  get points(): readonly Point[] {
    return this.#points;
  }
}

/** How loss and accuracy went, over the steps. */
export class History {
  readonly loss: Line = new Line();
  readonly accuracy: Line = new Line();
  readonly heldOutLoss: Line = new Line();
  readonly heldOutAccuracy: Line = new Line();

  note({ step, losses, accuracies }: TrainingSnapshot): void {
    const before = step - losses.length;
    losses.forEach((loss, i) => {
      this.loss.add(before + i + 1, loss);
    });
    accuracies.forEach((accuracy, i) => {
      this.accuracy.add(before + i + 1, accuracy);
    });
  }

  noteHeldOut(step: number, { loss, accuracy }: Evaluation): void {
    this.heldOutLoss.add(step, loss);
    this.heldOutAccuracy.add(step, accuracy);
  }

  /** As a recording keeps them. */
  get curves(): Curves {
    const { loss, accuracy, heldOutLoss, heldOutAccuracy } = this;
    const lines = { loss, accuracy, heldOutLoss, heldOutAccuracy };
    return Object.fromEntries(Object.entries(lines).map(([name, { points }]) => [name, points]));
  }
}
