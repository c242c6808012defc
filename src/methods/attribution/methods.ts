import type { Model, SampleSource } from '../../engine/model.ts';
import { ablationCam } from './ablation-cam.ts';
import { cam } from './cam.ts';
import { deepLift, type DeepLiftOptions } from './deep-lift.ts';
import { eigenCam } from './eigen-cam.ts';
import { excitationBackprop } from './excitation-backprop.ts';
import { expectedGradients, type ExpectedGradientsOptions } from './expected-gradients.ts';
import { fullGrad } from './full-grad.ts';
import { gradCamPlusPlus } from './grad-cam-plus-plus.ts';
import { gradCam } from './grad-cam.ts';
import { guidedGradCam } from './guided-grad-cam.ts';
import { hiResCam } from './hires-cam.ts';
import { inputXGradient } from './input-x-gradient.ts';
import { integratedGradients, type IntegratedGradientsOptions } from './integrated-gradients.ts';
import { layerCam } from './layer-cam.ts';
import type { CamOptions } from './parts/cam.ts';
import type { Explanation } from './parts/job.ts';
import { MAP_MAKERS } from './parts/makers.ts';
import { sentBack } from './parts/sent-back.ts';
import type { SmoothingOptions } from './parts/smoothing.ts';
import { rise, type RiseOptions } from './rise.ts';
import { scoreCam } from './score-cam.ts';
import { smoothGradSquared } from './smooth-grad-squared.ts';
import { smoothGrad } from './smooth-grad.ts';
import { attributionMethods, type AttributionMethodName } from './table.ts';
import { varGrad } from './var-grad.ts';
import { xGradCam } from './x-grad-cam.ts';

/** What a method goes by. */
export type ExplanationGroup = 'gradients' | 'class activation maps' | 'comparisons' | 'perturbation';

/** What any of the methods takes; each reads what is for it. */
export type ExplanationOptions = CamOptions &
  DeepLiftOptions &
  ExpectedGradientsOptions &
  IntegratedGradientsOptions &
  RiseOptions &
  SmoothingOptions;

export interface ExplanationEntry {
  readonly title: string;
  /** Where it was published. */
  readonly source: string;
  /** One sentence for a reader of a figure. */
  readonly says: string;
  readonly group: ExplanationGroup;
  /** Works on the feature maps of one layer, which can be chosen. */
  readonly ofLayer?: boolean;
  readonly run: (model: Model, picture: SampleSource, options?: ExplanationOptions) => Promise<Explanation>;
}

/** One of the first four, for whatever can be explained. */
function classic(name: AttributionMethodName): ExplanationEntry {
  const { title, source, says } = attributionMethods[name];
  const run: ExplanationEntry['run'] = (model, picture, options) =>
    sentBack(name, model, picture, options, MAP_MAKERS[name]);
  return { title, source, says, group: 'gradients', run };
}

/**
 * All attribution methods by name. `attributionMethods` are the four among them that every page has. Layer-wise relevance propagation is
 * left out: its authors hold a patent (docs/decisions/0015-attributions.md).
 */
export const explanationMethods: Readonly<Record<ExplanationName, ExplanationEntry>> = {
  saliency: classic('saliency'),
  gradient: classic('gradient'),
  'guided-backprop': classic('guided-backprop'),
  deconvnet: classic('deconvnet'),
  'input-x-gradient': {
    title: 'Input × gradient',
    source: 'Shrikumar, Greenside, Shcherbina & Kundaje 2016, §2',
    says: 'What each pixel gives to the score as far as the network is linear around this picture.',
    group: 'gradients',
    run: inputXGradient,
  },
  smoothgrad: {
    title: 'SmoothGrad',
    source: 'Smilkov, Thorat, Kim, Viégas & Wattenberg 2017, §3',
    says: 'The gradient, averaged over noisy copies of the picture: what only one of them shows drops out.',
    group: 'gradients',
    run: smoothGrad,
  },
  'smoothgrad-squared': {
    title: 'SmoothGrad²',
    source: 'Hooker, Erhan, Kindermans & Kim 2019, §4.1',
    says: 'How strong the gradient is at each pixel, for or against, on average over noisy copies of the picture.',
    group: 'gradients',
    run: smoothGradSquared,
  },
  vargrad: {
    title: 'VarGrad',
    source: 'Adebayo et al. 2018, supplement',
    says: 'Where the gradient changes most from one noisy copy of the picture to the next.',
    group: 'gradients',
    run: varGrad,
  },
  fullgrad: {
    title: 'FullGrad',
    source: 'Srinivas & Fleuret 2019, §4',
    says: 'What the picture and all biases of the network give to the score, each channel scaled to the same height.',
    group: 'gradients',
    run: fullGrad,
  },
  'excitation-backprop': {
    title: 'Excitation backpropagation',
    source: 'Zhang, Lin, Brandt, Shen & Sclaroff 2016, §3',
    says: 'Where walks end that start at the target and go on to what excites it, the more likely the stronger.',
    group: 'gradients',
    ofLayer: true,
    run: excitationBackprop,
  },
  cam: {
    title: 'CAM',
    source: 'Zhou, Khosla, Lapedriza, Oliva & Torralba 2016, §2',
    says: 'Where the last feature maps are active that the class is made of.',
    group: 'class activation maps',
    run: cam,
  },
  'grad-cam': {
    title: 'Grad-CAM',
    source: 'Selvaraju et al. 2017, §3',
    says: 'Where those feature maps of a layer are active that raise the score.',
    group: 'class activation maps',
    ofLayer: true,
    run: gradCam,
  },
  'guided-grad-cam': {
    title: 'Guided Grad-CAM',
    source: 'Selvaraju et al. 2017, §3.2',
    says: 'Guided backpropagation, seen only where Grad-CAM finds the target.',
    group: 'class activation maps',
    ofLayer: true,
    run: guidedGradCam,
  },
  'hires-cam': {
    title: 'HiResCAM',
    source: 'Draelos & Carin 2020, §3',
    says: 'What each position of a layer gives to the score, place by place.',
    group: 'class activation maps',
    ofLayer: true,
    run: hiResCam,
  },
  'grad-cam++': {
    title: 'Grad-CAM++',
    source: 'Chattopadhay, Sarkar, Howlader & Balasubramanian 2018, §3.2',
    says: 'As Grad-CAM, but several things of the class count each.',
    group: 'class activation maps',
    ofLayer: true,
    run: gradCamPlusPlus,
  },
  'x-grad-cam': {
    title: 'XGrad-CAM',
    source: 'Fu, Hu, Dong, Guo, Gao & Li 2020, §3.3',
    says: 'As Grad-CAM, with weights that follow where a feature map is active.',
    group: 'class activation maps',
    ofLayer: true,
    run: xGradCam,
  },
  'layer-cam': {
    title: 'LayerCAM',
    source: 'Jiang, Zhang, Hou, Cheng & Wei 2021, §III-B',
    says: 'Where a layer is active and more of that would raise the score; sharp in early layers too.',
    group: 'class activation maps',
    ofLayer: true,
    run: layerCam,
  },
  'eigen-cam': {
    title: 'Eigen-CAM',
    source: 'Muhammad & Yeasin 2020, §III',
    says: 'Where a layer is active along the direction in which its positions differ most, whatever the class.',
    group: 'class activation maps',
    ofLayer: true,
    run: eigenCam,
  },
  'score-cam': {
    title: 'Score-CAM',
    source: 'Wang et al. 2020, §3.2',
    says: 'Feature maps that, laid over the picture as masks, leave the score high.',
    group: 'class activation maps',
    ofLayer: true,
    run: scoreCam,
  },
  'ablation-cam': {
    title: 'Ablation-CAM',
    source: 'Desai & Ramaswamy 2020, §3',
    says: 'Feature maps without which the score falls.',
    group: 'class activation maps',
    ofLayer: true,
    run: ablationCam,
  },
  'integrated-gradients': {
    title: 'Integrated gradients',
    source: 'Sundararajan, Taly & Yan 2017, §3',
    says: 'How each pixel changes the score on the way from a picture that says nothing to this one.',
    group: 'comparisons',
    run: integratedGradients,
  },
  'expected-gradients': {
    title: 'Expected gradients',
    source: 'Erion, Janizek, Sturmfels, Lundberg & Lee 2021, §2',
    says: 'As integrated gradients, averaged over several pictures that say nothing.',
    group: 'comparisons',
    run: expectedGradients,
  },
  deeplift: {
    title: 'DeepLIFT',
    source: 'Shrikumar, Greenside & Kundaje 2017, §3.5.1',
    says: 'The difference of the score to that of a picture that says nothing, shared out among the pixels step by step.',
    group: 'comparisons',
    run: deepLift,
  },
  rise: {
    title: 'RISE',
    source: 'Petsiuk, Das & Saenko 2018, §3',
    says: 'What is seen in random parts of the picture when the network still finds the target.',
    group: 'perturbation',
    run: rise,
  },
};

export type ExplanationName =
  | AttributionMethodName
  | 'input-x-gradient'
  | 'smoothgrad'
  | 'smoothgrad-squared'
  | 'vargrad'
  | 'fullgrad'
  | 'excitation-backprop'
  | 'cam'
  | 'grad-cam'
  | 'guided-grad-cam'
  | 'hires-cam'
  | 'grad-cam++'
  | 'x-grad-cam'
  | 'layer-cam'
  | 'eigen-cam'
  | 'score-cam'
  | 'ablation-cam'
  | 'integrated-gradients'
  | 'expected-gradients'
  | 'deeplift'
  | 'rise';
