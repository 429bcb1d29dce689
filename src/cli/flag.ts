// One flag in one line, as pflag's own makers have it: name, type, default, usage, one-letter form.
import type { Flag } from '../model/verb.js';

export const flag = (name: string, type: Flag['type'], value: string, usage: string, short?: string): Flag => ({
  name,
  type,
  default: value,
  usage,
  ...(short && { short }),
});
