import type { Words } from '../language.ts';

/** What methods note and are about, with their values in it. */
export const notes: Words = {
  'Dream of {0}, guided': '{0} 的梦境（有引导）',
  'Dream of {0}': '{0} 的梦境',
  'From {0}': '由 {0} 重建',
  '{0}, channel {1}': '{0}，通道 {1}',
  '{0} is copied.': '{0} 已复制。',
  '{0}: {1} is fastest.': '{0}：{1} 最快。',
  'There is one way only to compute {0}.': '计算 {0} 只有一种方式。',
  'The fastest of each of {0} kinds of layers is kept, for later pages on this device too.':
    '{0} 种层各自最快的方式已保留，本设备以后打开的页面也会使用。',
  'The layers are measured: {0} ms together.': '各层已测量：共 {0} ms。',
  '{0} of {1} filters are Gabor-like (R² ≥ {2}, frequency × width ≥ {3}); of copies with scrambled phases {4}.':
    '{1} 个卷积核中有 {0} 个类似 Gabor 函数（R² ≥ {2}，频率 × 宽度 ≥ {3}）；相位打乱的副本中有 {4} 个。',
  '{0} of {1} filters is Gabor-like (R² ≥ {2}, frequency × width ≥ {3}); of copies with scrambled phases {4}.':
    '{1} 个卷积核中有 {0} 个类似 Gabor 函数（R² ≥ {2}，频率 × 宽度 ≥ {3}）；相位打乱的副本中有 {4} 个。',
  'No Gabor function fits: some of its weights are no numbers.': '无法拟合 Gabor 函数：有些权重不是数。',
  'The nearest Gabor function: R² {0}, frequency × width {1}, stripes at {2}°. Gabor-like.':
    '最接近的 Gabor 函数：R² {0}，频率 × 宽度 {1}，条纹方向 {2}°。类似 Gabor 函数。',
  'The nearest Gabor function: R² {0}, frequency × width {1}, stripes at {2}°. Not Gabor-like.':
    '最接近的 Gabor 函数：R² {0}，频率 × 宽度 {1}，条纹方向 {2}°。不类似 Gabor 函数。',
  'The nearest Gabor function: R² {0}, frequency × width {1}, no stripes. Not Gabor-like.':
    '最接近的 Gabor 函数：R² {0}，频率 × 宽度 {1}，没有条纹。不类似 Gabor 函数。',
  'A perplexity of {0} is too much for {1} pictures: it is {2}, a third of the others.':
    '对 {1} 张图片来说，困惑度 {0} 太大：改用 {2}，即其余图片数的三分之一。',
  'All codes are the same: the places mean nothing.': '所有编码都相同：位置没有意义。',
  'A single picture has no neighbours.': '只有一张图片，没有近邻。',
  'There are no pictures.': '没有图片。',
  'UMAP needs at least {0} pictures, and there are {1}: they stand in a row.':
    'UMAP 至少需要 {0} 张图片，现有 {1} 张：排成一行。',
  'The GPU was lost and opened again: the points went on from rest in iteration {0}.':
    'GPU 丢失后已重新打开：各点在第 {0} 次迭代从静止继续。',
  'The GPU was lost and opened again: it went on from step {0}, and what the optimiser remembered of the steps before is forgotten.':
    'GPU 丢失后已重新打开：从第 {0} 步继续，优化器对此前各步的记忆已丢失。',
  'Nothing flows back from the objective at this start: its units are off. Try another seed, more noise to start from, redirected steps, or another unit.':
    '从这个起点没有信号由目标函数回传：相应单元未被激活。请换一个随机种子、加大初始噪声、改用重定向的步，或换一个单元。',
  'With larger steps the numbers diverged: the rate is 1/{0} of the usual.':
    '步子更大时数值发散：学习率改为通常的 1/{0}。',
  '{0} is made by {1} too.': '{0} 也由 {1} 产生。',
  'grey pictures of 0 to 1; the file does not say': '0 到 1 的灰度图片；文件中没有说明',
  '−1 to 1, as for most networks of Keras; the file does not say': '−1 到 1，同多数 Keras 网络；文件中没有说明',
  'as torchvision trains; the file does not say': '同 torchvision 的训练方式；文件中没有说明',
  'the file itself prepares numbers of 0 to {0}': '文件自行预处理 0 到 {0} 的数',
  'Of {0} there is one picture: few.': '{0} 只有一张图片：太少。',
  'Of {0} there are {1} pictures: few.': '{0} 有 {1} 张图片：太少。',
  'There are too few pictures to hold any out: nothing tells how good it is at others.':
    '图片太少，无法留出一部分：无从知道它对其他图片的表现。',
  '{0} more pictures could not be read.': '另有 {0} 张图片无法读取。',
  'class {0}': '类别 {0}',
  '{0}, weights stored as float16': '{0}（权重以 float16 存储）',
  'Yosinski et al. 2015, table 1; flags of their optimize_image.py; used for most of their figures':
    'Yosinski et al. 2015，表 1；参数取自其 optimize_image.py；文中多数图用此设置',
  'Yosinski et al. 2015, table 1; flags of their optimize_image.py':
    'Yosinski et al. 2015，表 1；参数取自其 optimize_image.py',
  'Simonyan, Vedaldi & Zisserman 2014, §2; they give neither λ nor the rate':
    'Simonyan, Vedaldi & Zisserman 2014，§2；文中未给出 λ 和学习率',
  'after Nguyen, Yosinski & Clune 2015, who used evolution and gradients':
    '仿照 Nguyen, Yosinski & Clune 2015，原文使用进化算法和梯度',
  'There are only {0} pictures: {1} neighbours count.': '只有 {0} 张图片：按 {1} 个近邻计算。',
  // What bundled recordings say of themselves
  'Large first filters learn from patches of photos': '大尺寸的第一层卷积核从照片图块中学习',
  'Patches of photos in the public domain or under Creative Commons licences; models/LICENSES.md says where their sources are':
    '照片图块取自公有领域或知识共享许可的照片；来源见 models/LICENSES.md',
  'A small network learns Fashion-MNIST': '小型网络学习 Fashion-MNIST',
  'code of {0}': '{0} 的编码',
  'style of {0}': '{0} 的画风',
  'Olah, Mordvintsev & Schubert 2017; settings of Lucid 0.3': 'Olah, Mordvintsev & Schubert 2017；参数取自 Lucid 0.3',
  // What the outputs of a network were taken for
  '{0}, averaged over {1} places': '{0}，对 {1} 个位置取平均',
  '{0}; “{1}” of {2} outputs': '{0}；取 {2} 个输出中的“{1}”',
  'a softmax over {0} classes': '对 {0} 个类别作 softmax',
  '{0} scores without a softmax, taken for one of many classes': '{0} 个得分，未经 softmax，视为多类选一',
  '{0} sigmoid outputs: several classes at once': '{0} 个 sigmoid 输出：可同时属于多个类别',
  'one sigmoid output: yes or no': '一个 sigmoid 输出：是或否',
  'one output, taken for yes or no': '一个输出，视为是或否',
  'one output without a sigmoid, taken for a value': '一个未经 sigmoid 的输出，视为数值',
  '{0} outputs, taken for values': '{0} 个输出，视为数值',
  'one of {0} classes': '{0} 个类别之一',
  'several of {0} classes': '{0} 个类别中的若干个',
  'yes or no': '是或否',
  'a value': '一个数值',
  '{0} values': '{0} 个数值',
  'So many values are alike that which {0} % are kept is decided by their places.':
    '相同的值太多，保留哪 {0} % 由像素的先后位置决定。',
};
