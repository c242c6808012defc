import type { Words } from '../language.ts';

/** Measures of maps that cannot be taken. */
export const errorsOfMeasures: Words = {
  '"{0}" has no weights': '“{0}”没有权重',
  'what was drawn does not fit the layer': '抽取的数与该层不符',
  'the map has other axes than places': '该图除位置外还有其他维度',
  'height×width, or channels×height×width': '高×宽，或通道×高×宽',
  'a mosaic has four photos': '拼图需要四张照片',
  '{0} photos': '{0} 张照片',
  'there is nothing to fill the picture in from': '没有可用于填补图片的像素',
  'a pixel that is kept': '至少保留一个像素',
  'the picture cannot be filled in': '无法填补图片',
  'values beyond float64': '数值超出 float64 的范围',
  'the map does not fit the input': '该图与输入的大小不符',
  '{0}×{1}, a number for each pixel': '{0}×{1}，每个像素一个数',
  '{0}×{1}×{2}, a number for each of the input': '{0}×{1}×{2}，输入的每个数对应一个数',
  'no map': '没有图',
  'Make one number of the channels of each pixel first, such as their largest magnitude.':
    '请先将每个像素的各通道合并为一个数，例如取最大绝对值。',
  'the map has values that are no numbers': '图中含有不是数的值',
  'finite ones': '有限的数',
  'the network has no other class': '网络没有其他类别',
  '{0} class': '{0} 个类别',
};
