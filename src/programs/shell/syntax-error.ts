// What a shell says of a program that it cannot read: each words it in its own way.
import type { Dialect } from './syntax.js';

export function syntaxErrorText(dialect: Dialect, prefix: string, message: string, text: string): string {
  if (message.startsWith('kubelab')) return `${message}\n`;
  const token = /unexpected "(.*)"$/.exec(message)?.[1];
  if (dialect === 'bash') {
    const [first = ''] = text.split('\n');
    if (token !== undefined) return `bash: -c: line 1: syntax error near unexpected token \`${token}'\nbash: -c: line 1: \`${first}'\n`;
    if (message.includes('quoted string')) return 'bash: -c: line 1: unexpected EOF while looking for matching `"\'\n';
    return message.includes('end of file')
      ? `bash: -c: line ${text.split('\n').length + 1}: syntax error: unexpected end of file\n`
      : `bash: line 1: ${message}\n`;
  }
  if (dialect === 'ash') return `${prefix}${message === 'bad substitution' ? 'syntax error: bad substitution' : message}\n`;
  const words =
    token !== undefined
      ? `"${token}" unexpected`
      : message
          .replace('syntax error: ', '')
          .replace(/^unexpected (.*)$/, '$1 unexpected')
          .replace(/^[a-z]/, (c) => (message.includes('end of file') || message.includes('redirection') ? c : c.toUpperCase()));
  return `${prefix}${message === 'bad substitution' ? 'Bad substitution' : `Syntax error: ${words}`}\n`;
}
