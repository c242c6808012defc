/** What the studio itself says in Chinese; the elements have their own words. */
const ZH: Readonly<Record<string, string>> = {
  Activations: '激活',
  Filters: '滤波器',
  Saliency: '显著图',
  Occlusion: '遮挡',
  'Top patches': '最大激活图块',
  'Feature visualisation': '特征可视化',
  Map: '分布图',
  Network: '网络',
  'Second network': '第二个网络',
  'Add a second network': '添加第二个网络',
  'Remove the second network': '移除第二个网络',
  'own: {0}': '自己的：{0}',
  'Open files…': '打开文件…',
  'Open a folder…': '打开文件夹…',
  'or drop them anywhere on this page. They stay on your machine.':
    '也可以拖放到页面的任意位置。文件不会离开你的电脑。',
  Picture: '图片',
  Webcam: '摄像头',
  Preprocessing: '预处理',
  Apply: '应用',
  'As before': '恢复',
  'Guessed: {0}.': '推测的依据：{0}。',
  'From the list of networks.': '来自网络列表。',
  'Corrected by you.': '已由你修改。',
  'Labels: {0}': '标签：{0}',
  'Labels: a .txt with one name on each line, or .json': '标签：每行一个名称的 .txt 文件，或 .json 文件',
  Layer: '层',
  Unit: '单元',
  'channel, or channel@row,column': '通道，或 通道@行,列',
  'Copy the address': '复制地址',
  'Embed this': '嵌入此图',
  'Forget my files': '清除我的文件',
  'Copied.': '已复制。',
  'Your files are forgotten.': '你的文件已清除。',
  'Copy the HTML': '复制 HTML',
  'Put beside the page: {0}': '请放在网页旁边：{0}',
  Save: '保存',
  Close: '关闭',
  'The graph': '网络结构',
  'Loading…': '正在加载…',
  'This address is about “{0}”, which this browser has not got. Open it here, and the figure is the same.':
    '这个地址要用到“{0}”，但此浏览器中没有这个文件。在这里打开它，就能看到同样的图。',
  'The unit is a number, or as 17@3,4.': '单元应写成一个数字，或如 17@3,4 的形式。',
  'What is shown': '显示内容',
};

/** In the language of the page: English text is the key, with `{0}` for a value. */
export function say(english: string, ...values: readonly unknown[]): string {
  const text = document.documentElement.lang.startsWith('zh') ? (ZH[english] ?? english) : english;
  return text.replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)]));
}
