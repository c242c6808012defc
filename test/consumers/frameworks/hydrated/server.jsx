import { renderToString } from 'react-dom/server';
import Page from '../../types/guide/next.tsx';

export const html = () => renderToString(<Page />);
