// kubectl options: the flags that every command takes.
import type { Verb } from '../../model/verb.js';
import type { Client } from '../client.js';
import { optionsHelp } from '../help.js';

export const options: Verb<Client> = {
  id: 'options',
  use: 'options',
  short: 'Print the list of flags inherited by all commands',
  flags: [],
  run({ io }) {
    io.out(optionsHelp());
  },
};
