// What workloads need to know of the Pods that they make: defaults, validation and warnings of a Pod template.
export { defaultPodTemplate } from './defaults.js';
export { validatePodTemplate } from './validate/index.js';
export { podTemplateWarnings } from './warnings.js';
