/**
 * Where a figure is rendered in its shadow root: the room it asks the page for, and in it what its container queries
 * measure. Neither can be the host, whose `display` is the page's business. The words of figures run from left to right,
 * whatever the page's do; their language is what the element speaks.
 */
export function roomIn(root: HTMLElement | DocumentFragment): HTMLElement {
  const room = document.createElement('div');
  room.className = 'room';
  room.dir = 'ltr';
  const content = document.createElement('div');
  room.append(content);
  root.append(room);
  return content;
}
