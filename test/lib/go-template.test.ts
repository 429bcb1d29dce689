import { expect, test } from 'vitest';
import { failureReport, parseGoTemplate } from '../../src/lib/go-template/index.js';

const data = {
  kind: 'Pod',
  metadata: { name: 'p', labels: { a: 'b', 'a.b/c': 'd' } },
  spec: { hostNetwork: true, seconds: 30, share: 1.5, containers: [{ name: 'a', image: 'x' }, { name: 'b' }], empty: [], none: null },
};

function run(source: string, allowMissingKeys = true): string {
  try {
    const { output, error } = parseGoTemplate(source).execute(data, { allowMissingKeys });
    return error ? error.message : output;
  } catch (e) {
    return (e as Error).message;
  }
}

// What kubectl 1.36.4 printed for `label --local -o go-template=...`.
test.each([
  ['{{.spec.nope}} {{.spec.nope.a}} {{.spec.none}}', '<no value> <no value> <no value>'],
  ['{{range $i, $c := .spec.containers}}{{$i}}={{$c.name}} {{else}}none{{end}}', '0=a 1=b '],
  ['{{range .spec.empty}}x{{else}}none{{end}}', 'none'],
  ['{{range $k, $v := .metadata.labels}}{{$k}}:{{$v}} {{end}}', 'a:b a.b/c:d '],
  ['{{if .spec.hostNetwork}}y{{else if .a}}z{{end}}{{with .nope}}a{{else with .kind}}b{{.}}{{end}}', 'ybPod'],
  [
    '{{printf "%s-%d-%v-%q-%5d|%-5s|%05d|%x|%t|%.2f" .kind 3 .spec.share "a" 7 "b" 42 255 true 1.5}}',
    'Pod-3-1.5-"a"-    7|b    |00042|ff|true|1.50',
  ],
  ['{{printf "%d" "x"}} {{printf "%v"}} {{printf "a" 1}}', '%!d(string=x) %!v(MISSING) a%!(EXTRA int=1)'],
  [
    '{{eq .kind "Pod"}} {{lt 1 2}} {{ge "a" "b"}} {{eq .spec.seconds 30}} {{and 1 0}} {{or 0 "x"}} {{not true}}',
    'true true false true 0 x false',
  ],
  ['{{define "T"}}<{{.}}>{{end}}{{template "T" .kind}}{{block "b" 1}}[{{.}}]{{end}}', '<Pod>[1]'],
  ['{{- .kind -}}  x{{/* c */}}', 'Podx'],
  ['{{exists . "spec" "seconds"}} {{exists . "zz"}} {{base64decode "YQ=="}}', 'true false a'],
  ['{{$x := 1}}{{$x}}{{$x = 2}}{{$x}} {{.metadata.name | printf "%s!"}}', '12 p!'],
  ['{{range .spec.containers}}{{if eq .name "a"}}{{continue}}{{end}}{{.name}}{{break}}{{end}}{{range 3}}{{.}}{{end}}', 'b012'],
  ['{{index .metadata.labels "a.b/c"}} {{(index .spec.containers 0).name}} {{len .spec.containers}} {{slice .kind 1 2}}', 'd a 2 o'],
  ['{{html "<a>"}} {{js "a\\"b"}} {{urlquery "a b"}} {{print 1 2 "a" "b" 3}}', '&lt;a&gt; a\\"b a+b 1 2ab3'],
  ["{{.spec.containers}} {{0x1F}} {{1e3}} {{-2}} {{'a'}}", '[map[image:x name:a] map[name:b]] 31 1000 -2 97'],
  ['{{.x', 'template: output:1: unclosed action'],
  ['{{foo}}', 'template: output:1: function "foo" not defined'],
  ['{{end}}', 'template: output:1: unexpected {{end}}'],
  ['{{if .kind}}', 'template: output:1: unexpected EOF'],
  ['{{$y}}', 'template: output:1: undefined variable "$y"'],
  [
    '{{index .spec.containers 5}}',
    'template: output:1:2: executing "output" at <index .spec.containers 5>: error calling index: index out of range: 5',
  ],
  ['{{.kind.x}}', 'template: output:1:7: executing "output" at <.kind.x>: can\'t evaluate field x in type interface {}'],
  [
    '{{eq .spec.seconds 30.0}}',
    'template: output:1:2: executing "output" at <eq .spec.seconds 30.0>: error calling eq: incompatible types for comparison: int64 and float64',
  ],
  ['{{range .kind}}{{end}}', 'template: output:1:8: executing "output" at <.kind>: range can\'t iterate over Pod'],
])('%s', (source, output) => {
  expect(run(source)).toBe(output);
});

test('missing keys may be errors', () => {
  expect(run('{{.nope}}', false)).toBe('template: output:1:2: executing "output" at <.nope>: map has no entry for key "nope"');
});

test('the report of a failure', () => {
  expect(failureReport('{{.a}}', { b: ['<'] }, new Error('why'))).toEqual({
    report:
      'Error executing template: why. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{{.a}}\n' +
      '\traw data was:\n\t\t{"b":["\\u003c"]}\n\tobject given to template engine was:\n\t\tmap[b:[<]]\n\n',
    error: 'error executing template "{{.a}}": why',
  });
});
