import { nothing, svg, type TemplateResult } from 'lit';
import type { DiagramLayout, Place } from './layout.ts';

/** Size of a box and what is left free around it, px. */
const BOX = { width: 176, height: 58 } as const;
const CELL = { width: 192, height: 78 } as const;

/** A box as it is drawn. */
export interface Box {
  readonly name: string;
  /** Of what it makes, after the time it takes where that is known. */
  readonly size: string;
  readonly action: string;
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

/** The place of a box with what is left free around it, px. */
export function placeOf(
  { boxes }: DiagramLayout,
  index: number,
): { readonly top: number; readonly left: number } & typeof CELL {
  const { x, row } = boxes[index]!;
  return { top: row * CELL.height, left: (x - 0.5) * CELL.width, ...CELL };
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
  { name, size, action, share }: Box,
  index: number,
  layout: DiagramLayout,
  chosen: boolean,
  onChoose: (index: number) => void,
): TemplateResult {
  const [x, y] = middle(layout.boxes[index]!);
  return svg`<g
    id=${boxId(index)}
    class=${chosen ? 'box chosen' : 'box'}
    role="option"
    aria-selected=${chosen}
    aria-label="${name}, ${size}, ${action}"
    transform="translate(${x - BOX.width / 2} ${y - BOX.height / 2})"
    @pointerup=${() => {
      onChoose(index);
    }}
  >
    <rect width=${BOX.width} height=${BOX.height} rx="7"></rect>
    ${share === undefined ? nothing : svg`<rect class="time" x="4" y=${BOX.height - 5} width=${Math.max(share * (BOX.width - 8), 1)} height="3" rx="1.5"></rect>`}
    <foreignObject width=${BOX.width} height=${BOX.height}>
      <div class="name"><bdi>${name}</bdi></div>
      <div>${size}</div>
      <div>${action}</div>
    </foreignObject>
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
