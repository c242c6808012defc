import type { Words } from '../language.ts';
import { errorsOfDevices } from './errors-devices.ts';
import { errorsOfMeasures } from './errors-measures.ts';
import { errorsOfMethods } from './errors-methods.ts';
import { errorsOfModels } from './errors-models.ts';
import { errorsOfNodes } from './errors-nodes.ts';
import { errorsOfPictures } from './errors-pictures.ts';
import { errorsOfShapes } from './errors-shapes.ts';
import { errorsOfShards } from './errors-shards.ts';
import { errorsOfValues } from './errors-values.ts';

/** The parts of errors, which come with their values in them. */
export const errors: Words = {
  ...errorsOfValues,
  ...errorsOfMeasures,
  ...errorsOfMethods,
  ...errorsOfPictures,
  ...errorsOfModels,
  ...errorsOfNodes,
  ...errorsOfDevices,
  ...errorsOfShapes,
  ...errorsOfShards,
};
