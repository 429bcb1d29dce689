// Which quotes a scalar needs when it is written. Mirrors yaml_emitter_analyze_scalar and select_scalar_style of libyaml's Go port,
// and the choice that encode.go of go.yaml.in/yaml/v2 makes before.
import { isAmbiguous } from './resolve.js';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

export const isBreak = (c: number): boolean => c === 10 || c === 13 || c === 0x85 || c === 0x2028 || c === 0x2029;

/** What may stand in a document unescaped. Nothing beyond the basic plane: an emoji is written \U0001F600. */
export const isPrintable = (c: number): boolean =>
  c === 10 || (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd && c !== 0xfeff);

const isBlank = (c: number | undefined): boolean => c === 32 || c === 9;

const startIndicators = new Set([...'#,[]{}&*!|>\'"%@`'].map((c) => c.charCodeAt(0)));

/** ASCII text that neither needs quotes nor a second look: most of what is ever written. */
const simple = /^[A-Za-z_/$(\\;^][A-Za-z0-9_/.$()\\;^=+<>~*@|&%!-]*$/;

export const isSimple = (text: string): boolean => text.length < 70 && simple.test(text) && !isAmbiguous(text);

export function scalarStyle(text: string, codes: readonly number[], isKey: boolean): ScalarStyle {
  const facts = analyze(codes);
  const wanted = text.includes('\n') ? 'literal' : isAmbiguous(text) ? 'double' : 'plain';
  if (isKey && facts.multiline) return 'double';
  if (wanted === 'literal') return facts.blockAllowed && !isKey ? 'literal' : 'double';
  if (wanted === 'double') return 'double';
  if (facts.plainAllowed) return 'plain';
  return facts.singleAllowed ? 'single' : 'double';
}

interface Facts {
  readonly multiline: boolean;
  readonly plainAllowed: boolean;
  readonly singleAllowed: boolean;
  readonly blockAllowed: boolean;
}

function analyze(codes: readonly number[]): Facts {
  const last = codes.length - 1;
  let multiline = false;
  let special = false;
  let spaceThenBreak = false;
  let breakThenSpace = false;
  let previous: number | undefined;
  for (const c of codes) {
    if (!isPrintable(c)) special = true;
    if (isBreak(c)) {
      multiline = true;
      if (previous === 32) spaceThenBreak = true;
    } else if (c === 32 && previous !== undefined && isBreak(previous)) breakThenSpace = true;
    previous = c;
  }
  const edgeSpaceOrBreak = [codes[0], codes[last]].some((c) => c !== undefined && (c === 32 || isBreak(c)));
  const escaped = spaceThenBreak || special;
  return {
    multiline,
    plainAllowed: !multiline && !edgeSpaceOrBreak && !breakThenSpace && !escaped && !hasIndicators(codes),
    singleAllowed: !breakThenSpace && !escaped,
    blockAllowed: codes.length > 0 && codes[last] !== 32 && !escaped,
  };
}

/** Characters that would mean something where they stand. */
function hasIndicators(codes: readonly number[]): boolean {
  const [first, second, third] = codes;
  if (first === undefined) return false;
  if (first === second && second === third && (first === 45 || first === 46)) return true;
  if (startIndicators.has(first)) return true;
  const followedByBlank = (i: number): boolean => i + 1 >= codes.length || isBlank(codes[i + 1]);
  if ((first === 63 || first === 58 || first === 45) && followedByBlank(0)) return true;
  return codes.some((c, i) => {
    if (i === 0) return false;
    if (c === 58) return followedByBlank(i);
    return c === 35 && (isBlank(codes[i - 1]) || isBreak(codes[i - 1]!) || codes[i - 1] === 0);
  });
}
