import type { Model, SampleSource } from '../../../engine/model.ts';
import { float32, type Data } from '../../../tensor/tensor.ts';
import { expectFlow, notesOnRules } from '../../parts/backpropagate.ts';
import { begin, finish, type ExplainOptions, type Explanation } from './job.ts';
import { shapeOfMap, type MapMaker } from './makers.ts';
import { signalsAt } from './signals.ts';

/** A method that makes its map of what one pass back leaves at the input. */
export async function sentBack(
  name: string,
  model: Model,
  picture: SampleSource,
  options: ExplainOptions | undefined,
  maker: MapMaker,
): Promise<Explanation> {
  const job = await begin(model, picture, options ?? {});
  const { goal, sample } = job;
  expectFlow(model.graph, goal, model.input.name, undefined);
  const { data, shape } = sample.input;
  let map: Data = data;
  for await (const { gradient } of signalsAt(job, 1, () => data, maker))
    map = maker.finish ? maker.finish(gradient, data, shape.slice(1)) : gradient;
  const notes = await notesOnRules([], model.graph, maker.rules, goal.tensor, model.input.name);
  return finish(job, name, { map: float32(shapeOfMap(model, maker), map), rules: maker.rules, notes });
}
