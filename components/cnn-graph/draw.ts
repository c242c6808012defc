import { nothing, svg, type TemplateResult } from 'lit';
import type { DiagramLayout, Place } from './layout.ts';

/** Size of a box and what is left free around it, px. */
const BOX = { width: 164, height: 42 } as const;
const CELL = { width: 180, height: 62 } as const;
/** Of names and details, left and right, px; and what surely fits between. */
const MARGIN = 9;
const FITS = 20;

/** A box as it is drawn. */
export interface Box {
  readonly name: string;
  readonly detail: string;
  /** Of the time of the slowest, where it is known. */
  readonly share: number | undefined;
}

export interface DiagramReader {
  readonly chosen: number | undefined;
  readonly onChoose: (index: number) => void;
}

/** Width and height of a diagram, px. */
export function sizeOfDiagram({ width, rows }: DiagramLayout): readonly [width: number, height: number] {
  return [Math.ceil(width * CELL.width), rows * CELL.height];
}

export function topOf({ boxes }: DiagramLayout, index: number): number {
  return boxes[index]!.row * CELL.height;
}

export function leftOf({ boxes }: DiagramLayout, index: number): number {
  return (boxes[index]!.x - 0.5) * CELL.width;
}

/** The name of a box in the page. */
export function boxId(index: number): string {
  return `box-${index}`;
}

export function drawDiagram(
  layout: DiagramLayout,
  boxes: readonly Box[],
  { chosen, onChoose }: DiagramReader,
): TemplateResult {
  const [width, height] = sizeOfDiagram(layout);
  return svg`<svg role="presentation" width=${width} height=${height} viewBox="0 0 ${width} ${height}">
    <g class="edges" aria-hidden="true">
      ${layout.edges.map(({ from, to, path }) => svg`<path class=${from === chosen || to === chosen ? 'edge near' : 'edge'} d=${curve(path)}></path>`)}
    </g>
    ${boxes.map((box, i) => drawBox(box, i, layout, i === chosen, onChoose))}
  </svg>`;
}

function drawBox(
  { name, detail, share }: Box,
  index: number,
  layout: DiagramLayout,
  chosen: boolean,
  onChoose: (index: number) => void,
): TemplateResult {
  const [x, y] = middle(layout.boxes[index]!);
  // The ends of long names tell them apart
  const long = name.length > FITS;
  return svg`<g
    id=${boxId(index)}
    class=${chosen ? 'box chosen' : 'box'}
    role="option"
    aria-selected=${chosen}
    aria-label="${name} ${detail}"
    transform="translate(${x - BOX.width / 2} ${y - BOX.height / 2})"
    @pointerup=${() => {
      onChoose(index);
    }}
  >
    <rect width=${BOX.width} height=${BOX.height} rx="7"></rect>
    ${share === undefined ? nothing : svg`<rect class="time" x="4" y=${BOX.height - 5} width=${Math.max(share * (BOX.width - 8), 1)} height="3" rx="1.5"></rect>`}
    <svg x=${MARGIN} width=${BOX.width - 2 * MARGIN} height=${BOX.height}>
      <text class="name" x=${long ? '100%' : 0} y="17" text-anchor=${long ? 'end' : 'start'}>${name}</text>
      <text class="detail" y="32">${detail}</text>
    </svg>
  </g>`;
}

function middle({ x, row }: Place): readonly [x: number, y: number] {
  return [x * CELL.width, (row + 0.5) * CELL.height];
}

/** From the bottom of a box to the top of another, past the boxes between. */
function curve(path: readonly Place[]): string {
  const places = path.map(middle);
  const bends: string[] = [];
  for (const [i, [x, y]] of places.slice(1).entries()) {
    const [fromX, fromY] = places[i]!;
    const [start, end] = [fromY + BOX.height / 2, y - BOX.height / 2];
    const half = (start + end) / 2;
    if (i === 0) bends.push(`M${fromX} ${start}`);
    else bends.push(`V${start}`);
    bends.push(`C${fromX} ${half} ${x} ${half} ${x} ${end}`);
  }
  return bends.join('');
}
