import type { Words } from '../language.ts';

/** Results for shards of a corpus that cannot be joined. */
export const errorsOfShards: Words = {
  'there is no index': '没有列表',
  'the indices are of different networks, layers or lists': '这些列表来自不同的网络、层或设置',
  'no hash': '无校验值',
  '{0} by {1} of {2} of {3} ({4})': '{3}（{4}）的 {2}，每个通道 {0} 项，按 {1} 计',
  'these are no parts of one corpus': '这些不是同一图集的各个部分',
  'shards of one division': '同一种划分的分片',
  '{"of", "done"}, whole numbers from 1 on': '{"of", "done"}，从 1 开始的整数',
};
