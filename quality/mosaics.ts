import type { Cells } from '../src/methods/measures/focus.ts';
import { randomNumbers } from '../src/tensor/random.ts';

/** A class, and photos of site/corpus by what is in them: told by eye, since the network is sometimes wrong. */
interface PhotoClass {
  readonly id: number;
  readonly name: string;
  /** What the class is named after is in full view. */
  readonly photos: readonly string[];
  /** Something like it may be seen: taken for neither. */
  readonly unsure: readonly string[];
}

const CLASSES: readonly PhotoClass[] = [
  {
    id: 281,
    name: 'tabby',
    // An orange one, and a kitten with white on it
    photos: ['photo-chelsea', 'animal-cat'],
    unsure: ['historic-locomotion-house-cat'],
  },
  {
    id: 497,
    name: 'church',
    // The cathedral of Santiago, and the church of Francis of Assisi in Vienna
    photos: ['monument-cathedral', 'monument-monument3'],
    unsure: ['monument-leaning-tower-of-pisa', 'monument-monument1', 'monument-taj-mahal', 'monument-us-capitol'],
  },
  {
    id: 538,
    name: 'dome',
    // The Dome of the Rock, the Taj Mahal and the Capitol
    photos: ['monument-monument1', 'monument-taj-mahal', 'monument-us-capitol'],
    unsure: [
      'monument-cathedral',
      'monument-kutub-minar',
      'monument-monument3',
      'photo-china',
      'scene-chesterton-windmill',
      'scene-igloo',
    ],
  },
  {
    id: 587,
    name: 'hammer',
    photos: ['tool-hammer1', 'tool-hammer3', 'tool-hammer4', 'tool-hammer8'],
    unsure: ['tool-sickle'],
  },
  {
    id: 873,
    name: 'triumphal arch',
    photos: ['monument-arc-de-triomphe', 'monument-brandenburg-gate', 'monument-india-gate'],
    unsure: ['monument-colosseum', 'monument-monument2', 'monument-parthenon'],
  },
  {
    id: 970,
    name: 'alp',
    photos: ['historic-french-alpine-landscape', 'wallpaper-aitzgorri', 'wallpaper-picos-de-europa'],
    unsure: [
      'historic-black-canyon',
      'historic-nagasaki-boats',
      'monument-great-wall',
      'monument-monument2',
      'monument-mount-rushmore',
      'wallpaper-sunset',
    ],
  },
];

/** Mosaics of each two photos of a class. */
const OF_PAIR = 12;
const SEED = 1;

export interface PlannedMosaic {
  readonly target: number;
  readonly name: string;
  /** Top left, top right, bottom left, bottom right. */
  readonly photos: readonly [string, string, string, string];
  readonly cells: Cells;
}

/** Every two photos of a class with others at random, in random places; the same for the same corpus. */
export function plannedMosaics(corpus: readonly string[]): readonly PlannedMosaic[] {
  const random = randomNumbers(SEED);
  const draw = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  return CLASSES.flatMap(({ id, name, photos, unsure }) => {
    const others = corpus.filter((photo) => !photos.includes(photo) && !unsure.includes(photo));
    const pairs = photos.flatMap((first, i) => photos.slice(i + 1).map((second) => [first, second] as const));
    return pairs.flatMap((pair) =>
      Array.from({ length: OF_PAIR }, (): PlannedMosaic => {
        const stranger = draw(others);
        const four = [...pair, stranger, draw(others.filter((photo) => photo !== stranger))];
        for (let i = 3; i > 0; i--) {
          const j = Math.floor(random() * (i + 1));
          [four[i], four[j]] = [four[j]!, four[i]!];
        }
        const cells = four.map((photo) => pair.includes(photo)) as unknown as Cells;
        return { target: id, name, photos: four as unknown as PlannedMosaic['photos'], cells };
      }),
    );
  });
}
