import type { Words } from '../language.ts';

/** What attribution methods are called, and what is said of them. */
export const attribution: Words = {
  'Input × gradient': '输入 × 梯度',
  'What each pixel gives to the score as far as the network is linear around this picture.':
    '把网络在这张图片附近看作线性时，每个像素对得分的贡献。',
  'The gradient, averaged over noisy copies of the picture: what only one of them shows drops out.':
    '对图片的多个加噪副本求梯度再取平均：只在个别副本中出现的内容会消失。',
  'How strong the gradient is at each pixel, for or against, on average over noisy copies of the picture.':
    '在多个加噪副本上平均，每个像素处的梯度有多强，不论支持还是反对。',
  'Where the gradient changes most from one noisy copy of the picture to the next.':
    '在不同的加噪副本之间，梯度变化最大的位置。',
  'What the picture and all biases of the network give to the score, each channel scaled to the same height.':
    '图片和网络全部偏置对得分的贡献，每个通道都缩放到同一幅度。',
  'Excitation backpropagation': '激发反向传播',
  'Where walks end that start at the target and go on to what excites it, the more likely the stronger.':
    '从目标出发、逐层走向激发它的单元的随机游走所到达之处；激发越强，走到的可能性越大。',
  'Where the last feature maps are active that the class is made of.': '构成该类别的最后一层特征图在何处激活。',
  'Where those feature maps of a layer are active that raise the score.': '某一层中能提高得分的特征图在何处激活。',
  'Guided Grad-CAM': '导向 Grad-CAM',
  'Guided backpropagation, seen only where Grad-CAM finds the target.':
    '只在 Grad-CAM 找到目标之处显示的导向反向传播。',
  'What each position of a layer gives to the score, place by place.': '某一层的每个位置各自对得分的贡献。',
  'As Grad-CAM, but several things of the class count each.': '与 Grad-CAM 类似，但同一类别的多个物体各自计入。',
  'As Grad-CAM, with weights that follow where a feature map is active.':
    '与 Grad-CAM 类似，但权重取决于特征图在何处激活。',
  'Where a layer is active and more of that would raise the score; sharp in early layers too.':
    '某一层已激活、且激活再强些会提高得分的位置；在浅层也很清晰。',
  'Where a layer is active along the direction in which its positions differ most, whatever the class.':
    '某一层沿各位置差异最大的方向的激活，与类别无关。',
  'Feature maps that, laid over the picture as masks, leave the score high.':
    '作为掩模盖在图片上时仍能保持高得分的特征图。',
  'Feature maps without which the score falls.': '去掉后得分会下降的特征图。',
  'Integrated gradients': '积分梯度',
  'How each pixel changes the score on the way from a picture that says nothing to this one.':
    '从一张不含信息的图片走到这张图片的途中，每个像素使得分改变了多少。',
  'Expected gradients': '期望梯度',
  'As integrated gradients, averaged over several pictures that say nothing.':
    '与积分梯度类似，但对多张不含信息的图片取平均。',
  'The difference of the score to that of a picture that says nothing, shared out among the pixels step by step.':
    '与一张不含信息的图片相比的得分之差，逐层分摊到各个像素。',
  'What is seen in random parts of the picture when the network still finds the target.':
    '随机遮去图片的一部分后，网络仍能找到目标时所看到的部分。',
  'It shows where the layer is most active, whatever the target: no class enters.':
    '它显示该层在何处最活跃，与目标无关：类别并未参与计算。',
  'Its detail is that of guided backpropagation, which changes little when the weights are randomised (Adebayo et al. 2018): only where it is was found by the class.':
    '其细节来自导向反向传播，权重随机化后几乎不变（Adebayo et al. 2018）：只有位置是由类别决定的。',
  'The network rectifies the scores of the positions; the map leaves that out.':
    '网络对各位置的得分做了整流；此图略去了这一步。',
};
