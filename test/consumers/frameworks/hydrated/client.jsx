import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import Page from '../../types/guide/next.tsx';

hydrateRoot(
  document.querySelector('#root'),
  <StrictMode>
    <Page />
  </StrictMode>,
);
