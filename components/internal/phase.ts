/** What a figure is doing. `ready`: network and material are there, other figures are at work. */
export type Phase = 'poster' | 'loading' | 'ready' | 'running' | 'result' | 'stopped' | 'error';
