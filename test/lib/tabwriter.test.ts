import { expect, test } from 'vitest';
import { tabbed } from '../../src/lib/prefix-writer.js';
import { alignTabs, TableWriter, table } from '../../src/lib/tabwriter.js';

test('a kubectl table: at least six wide, three apart, the last cell as it is, runes counted', () => {
  expect(
    table([
      ['NAME', 'READY', 'AGE'],
      ['日本', '1/1', '1d'],
      ['a-long-name', '', '5m30s'],
    ]),
  ).toBe('NAME          READY   AGE\n日本            1/1     1d\na-long-name           5m30s\n');
});

test('widths are remembered between the rows of a watch, until a new table begins', () => {
  const writer = new TableWriter();
  expect(
    writer.rows([
      ['NAME', 'X'],
      ['longer-name', 'y'],
    ]),
  ).toBe('NAME          X\nlonger-name   y\n');
  expect(writer.rows([['a', 'y']])).toBe('a             y\n');
  writer.forget();
  expect(writer.rows([['a', 'y']])).toBe('a     y\n');
});

test('describe: a line without a tab ends the column', () => {
  expect(alignTabs('Name:\tweb\nNamespace:\tdefault\nConditions:\n  Type\tStatus\n  Ready\tTrue\n')).toBe(
    'Name:       web\nNamespace:  default\nConditions:\n  Type   Status\n  Ready  True\n',
  );
});

test('inner columns belong to consecutive lines only', () => {
  expect(alignTabs('a\tbbbb\tc\nd\te\nf\tg\th\n')).toBe('a  bbbb  c\nd  e\nf  g  h\n');
});

test('the prefix writer indents two blanks a level and flush parts columns', () => {
  const text = tabbed((w) => {
    w.line(0, 'Name:', 'a').line(0, 'Labels:', '<none>').flush().line(1, 'x:', 1).write(2, 'tail\n');
  });
  expect(text).toBe('Name:    a\nLabels:  <none>\n  x:  1\n    tail\n');
});
