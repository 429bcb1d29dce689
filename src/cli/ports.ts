// Port numbers of the command line, with the errors of Go's strconv. Mirrors k8s.io/utils/net ParsePort.
import { UsageError } from './errors.js';

/** 0 to 65535. */
export function parsePort(text: string): number {
  const fail = (why: string): never => {
    throw new UsageError(`strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`);
  };
  if (!/^[0-9]+$/.test(text)) return fail('invalid syntax');
  return Number(text) > 65535 ? fail('value out of range') : Number(text);
}

/** strconv.Atoi */
export function parseInteger(text: string): number {
  if (/^[-+]?[0-9]+$/.test(text)) return Number(text);
  throw new UsageError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
}
