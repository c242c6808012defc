import type { Backend } from '../../src/engine/backend.ts';
import { loadModel } from '../../src/engine/load.ts';
import type { Model, Sample } from '../../src/engine/model.ts';
import { differentiate, RULES } from '../../src/graph/differentiate.ts';
import { evaluate } from '../../src/graph/evaluate.ts';
import { prune } from '../../src/graph/prune.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Rules } from '../../src/ir/op.ts';
import { deconvnet } from '../../src/methods/attribution/deconvnet.ts';
import { gradient } from '../../src/methods/attribution/gradient.ts';
import { guidedBackprop } from '../../src/methods/attribution/guided-backprop.ts';
import { occlusion, type Occlusion } from '../../src/methods/occlusion.ts';
import { backpropagate } from '../../src/methods/parts/backpropagate.ts';
import { forward } from '../../src/methods/parts/forward.ts';
import { findGoal } from '../../src/methods/parts/target.ts';
import { saliency } from '../../src/methods/attribution/saliency.ts';
import { softmax } from '../../src/methods/parts/scores.ts';
import { blankPicture, pictureFromRgb } from '../../src/models/picture.ts';
import { toInput, type Placement } from '../../src/models/preprocess.ts';
import { loadOps } from '../../src/ops/registry.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { fixture, golden, repositoryFile, type Golden } from '../goldens.ts';
import { oracle } from './oracle.ts';
import { cosine, largestDifference, relativeL2, type Row } from './report.ts';

export const NETS = ['alexnet-div8', 'vgg11-div4', 'resnet18-div4-bn', 'caffenet-lrn-group2-div8'] as const;
export const PHOTOS = ['coffee', 'chelsea'] as const;
const SQUEEZENETS = ['models/squeezenet1.1.onnx', 'test/fixtures/nets/squeezenet1.1-dynamo-opset18.onnx'] as const;

const TIGHT = 1e-4;
export const PLACEMENT: Placement = { scaleX: 1, scaleY: 1, x: 0, y: 0 };

type Report = (row: Row) => void;

function error(subject: string, quantity: string, a: Tensor['data'], b: Tensor['data'], bound: number): Row {
  return { subject, quantity, measure: 'relative L2', value: relativeL2(a, b), bound };
}

/** A random network of the fixtures: its output, and every backward pass, against PyTorch's. */
export async function checkNet(net: (typeof NETS)[number], backend: Backend, report: Report): Promise<void> {
  const { manifest, tensor } = await golden(net);
  const input = await tensor('input');
  const [, , height, width] = input.shape as [number, number, number, number];
  const url = fixture(`nets/${net}.onnx`);
  const model = await loadNet(net, backend, [height, width]);
  const sample: Sample = { crop: blankPicture(width, height), placement: PLACEMENT, input };
  const target = manifest['target'] as number;

  const [logits] = await forward(model, sample, [model.logits]);
  const expected = await tensor('output');
  report(error(net, 'output', logits!.data, expected.data, TIGHT));
  report(error(net, 'output, onnxruntime', logits!.data, await oracle(url, input), TIGHT));

  const passes: Record<string, Rules> = {
    grad: RULES.gradient,
    guided: RULES.guided,
    deconv: { ...RULES.deconvnet, lrn: 'gradient' },
    // Only a network with contrast normalisation has two deconvnets
    ...(net.includes('lrn') ? { deconv_lrn_identity: RULES.deconvnet } : {}),
  };
  for (const [name, rules] of Object.entries(passes)) {
    const { map } = await backpropagate(model, sample, { from: target, rules });
    report(error(net, name, map.data, (await tensor(name)).data, TIGHT));
  }
  model.dispose();
}

/** A random network of the fixtures; its inputs are [3, 224, 224] but where the golden says otherwise. */
export function loadNet(
  net: (typeof NETS)[number],
  backend: Backend,
  [height, width]: readonly [number, number] = [224, 224],
): Promise<Model> {
  const preprocessing = { channels: 'RGB', mean: [0, 0, 0], std: [1, 1, 1], resize: 'stretch', height, width } as const;
  return loadModel(fixture(`nets/${net}.onnx`), { backend, preprocessing });
}

export interface PhotoCase {
  readonly photo: (typeof PHOTOS)[number];
  readonly model: Model;
  readonly sample: Sample;
  readonly golden: Golden;
}

export function loadSqueezeNet(backend: Backend): Promise<Model> {
  return loadModel('squeezenet1.1', { backend, manifest: repositoryFile('models/float32.json') });
}

/** SqueezeNet on a photo, from the golden's own pixels. */
export async function photoCase(photo: (typeof PHOTOS)[number], model: Model): Promise<PhotoCase> {
  const found = await golden(photo);
  const rgb = await found.tensor('rgb_u8');
  const [height, width] = rgb.shape as [number, number];
  const crop = pictureFromRgb(rgb.data, width, height);
  const input = toInput(crop, model.preprocessing);
  return { photo, model, golden: found, sample: { crop, placement: PLACEMENT, input } };
}

/** SqueezeNet's scores and activations. */
export async function checkActivations(
  { photo, model, sample, golden: { tensor } }: PhotoCase,
  report: Report,
): Promise<void> {
  const layers = ['logits', 'relu_conv1', 'pool1', 'fire2', 'fire5', 'fire9', 'relu_conv10'];
  const found = await forward(
    model,
    sample,
    layers.map((layer) => model.resolve(layer).name),
  );
  for (const [i, layer] of layers.entries()) {
    const expected = await tensor(layer === 'logits' ? 'logits' : `act_${layer}`);
    report(error(photo, layer, found[i]!.data, expected.data, TIGHT));
  }
  report(error(photo, 'probabilities', softmax(found[0]!.data), (await tensor('probs')).data, TIGHT));
}

/** The same network from two exporters, against onnxruntime. */
export async function checkOracle({ photo, sample }: PhotoCase, backend: Backend, report: Report): Promise<void> {
  for (const path of SQUEEZENETS) {
    const url = repositoryFile(path);
    const { channels, mean, std, height, width } = {
      channels: 'BGR',
      mean: [104, 117, 123],
      std: [1, 1, 1],
      height: 224,
      width: 224,
    } as const;
    const model = await loadModel(url, { backend, preprocessing: { channels, mean, std, height, width, resize: 256 } });
    const [logits] = await forward(model, sample, [model.logits]);
    report(error(photo, `${path.split('/').at(-1)!}, ort`, logits!.data, await oracle(url, sample.input), TIGHT));
    model.dispose();
  }
}

/** SqueezeNet's maps. A value near a kink may take another path in another order of sums, hence the wider bound. */
export async function checkMaps(
  { photo, model, sample, golden: { manifest, tensor } }: PhotoCase,
  report: Report,
): Promise<void> {
  const target = manifest['target'] as number;
  const unit = (name: string): { layer: string; channel: number; at: [number, number] } => {
    const { layer, channel, y, x } = manifest[name] as { layer: string; channel: number; y: number; x: number };
    return { layer, channel, at: [y, x] };
  };
  const maps = {
    grad: gradient(model, sample, { target }),
    saliency_max: saliency(model, sample, { target }),
    guided_backprop: guidedBackprop(model, sample, { target }),
    deconv: deconvnet(model, sample, { target }),
    guided_backprop_fire8_ch: guidedBackprop(model, sample, { target: unit('guided_backprop_fire8_ch') }),
    deconv_fire5_ch: deconvnet(model, sample, { target: unit('deconv_fire5_ch') }),
  };
  for (const [name, result] of Object.entries(maps)) {
    const { map } = await result;
    const expected = await tensor(name);
    report(error(photo, name, map.data, expected.data, 5e-3));
    const value = cosine(map.data, expected.data);
    report({ subject: photo, quantity: name, measure: 'cosine', value, bound: 0.9999, atLeast: true });
  }
}

/** The backward pass alone: the same in float64 when it is given the masks and switches of the GPU's forward pass. */
export async function checkExactness({ photo, model, sample }: PhotoCase, report: Report): Promise<void> {
  const { tensor: of, seed } = await findGoal(model, sample, 'top-1');
  for (const [name, rules] of Object.entries(RULES)) {
    const wrt = model.input.name;
    const { graph, gradients } = differentiate(model.graph, { of, wrt: [wrt], rules });
    const map = gradients.get(wrt)!;
    const both = prune(graph, [map]);
    const kept = readOnTheWayBack(both, model.graph);
    const executable = await model.backend.compile({ ...both, outputs: [map, ...kept] });
    const feed = Object.fromEntries(both.inputs.map((input) => [input, input === wrt ? sample.input : seed]));
    const { [map]: found, ...recorded } = await executable.run(feed);
    executable.dispose();
    await loadOps();
    const { [map]: exact } = evaluate(both, { ...feed, ...recorded }, [map]);
    report(error(photo, `${name}, float64 backward`, found!.data, exact!.data, 1e-5));
  }
}

/** What a backward pass reads of the forward pass of a network: masks, switches and other activations. */
export function readOnTheWayBack(both: Graph, network: Graph): readonly string[] {
  const isForward = new Set(network.nodes.map((node) => node.name));
  const madeForward = new Set(both.nodes.filter((node) => isForward.has(node.name)).flatMap((node) => node.outputs));
  const backward = both.nodes.filter((node) => !isForward.has(node.name));
  return [...new Set(backward.flatMap((node) => node.inputs))].filter((tensor) => madeForward.has(tensor));
}

/** Occlusion maps with a 32 px patch of mid grey at the given stride. */
export async function checkOcclusion(
  { photo, model, sample, golden: { manifest, tensor } }: PhotoCase,
  stride: 8 | 16,
  report: Report,
): Promise<void> {
  const target = manifest['target'] as number;
  let result: Occlusion | undefined;
  for await (const snapshot of occlusion(model, sample, { size: 32, stride, target, layer: 'fire9' }))
    result = snapshot;
  const { probability, activation, topClass, logits, feature, grid } = result!;
  const subject = `${photo}, occlusion /${stride}`;
  const classes = logits.length / topClass.length;
  const expected = (await tensor(`occ_prob_${stride}`)).data;
  const measure = `largest difference, ${grid.rows}×${grid.cols}`;
  report({ subject, quantity: 'probability', measure, value: largestDifference(probability, expected), bound: 1e-4 });
  if (stride === 16) return;

  const best = (await tensor('occ_argmax_8')).data;
  const clear = Array.from(topClass.keys()).filter((cell) => {
    const [first, second] = logits.slice(cell * classes, (cell + 1) * classes).sort((a, b) => b - a);
    return first! - second! > 1e-3;
  });
  const wrong = clear.filter((cell) => topClass[cell] !== best[cell]).length;
  report({ subject, quantity: 'best class', measure: `wrong of ${clear.length} clear`, value: wrong, bound: 0 });
  const channel = Math.abs(feature.channel - (manifest['occ_act_fire9_channel'] as number));
  report({ subject, quantity: 'strongest feature map', measure: 'channel, distance', value: channel, bound: 0 });
  report(error(subject, 'its sum', activation, (await tensor('occ_act_fire9')).data, TIGHT));
}
