import 'unpool/components';
import * as unpool from 'unpool';

// scripts/consumers.mjs calls it from outside.
globalThis.unpool = unpool;
