// Plugins that say how the process runs and take no part in answering: health, ready, prometheus, reload, bind, bufsize, cancel, debug, metadata, nsid.
// Mirror the setup.go of the plugins of these names.
import { parseIP } from '../../../lib/ip.js';
import { parseGoDuration } from '../../../lib/duration.js';
import type { Cursor } from '../corefile/tokens.js';
import { type Handler, listenAddress, mistake, type Plugin, retold } from '../plugin.js';

/** Has its place among the handlers and lets every question by. */
const passes: Handler = (question, asking, next) => next(question, asking);

export const onlyOnce = (words: Cursor): void => {
  if (words.next()) throw mistake('this plugin can only be used once per Server Block');
};

export function duration(text: string): number {
  try {
    return parseGoDuration(text);
  } catch (e) {
    throw mistake((e as Error).message);
  }
}

export const health: Plugin = {
  name: 'health',
  setup: ({ words, plan }) => {
    words.next();
    const args = words.args();
    if (args.length > 1) throw words.argError();
    plan.health = args[0] === undefined ? { host: '', port: 8080 } : listenAddress(args[0]);
    while (words.nextInBlock()) {
      if (words.word() !== 'lameduck') throw words.error(`unknown property '${words.word()}'`);
      const [text, ...more] = words.args();
      if (text === undefined || more.length > 0) throw words.argError();
      try {
        plan.lameduck = parseGoDuration(text);
      } catch (e) {
        throw mistake(`unable to parse lameduck duration value: '${text}' : ${(e as Error).message}`);
      }
    }
    return undefined;
  },
};

export const ready: Plugin = {
  name: 'ready',
  setup: ({ words, plan }) => {
    words.next();
    const args = words.args();
    if (args.length > 1) throw words.argError();
    plan.ready = args[0] === undefined ? { host: '', port: 8181 } : listenAddress(args[0]);
    while (words.nextInBlock()) {
      if (words.word() !== 'monitor') throw words.error(`unknown property '${words.word()}'`);
      const [mode, ...more] = words.args();
      if (mode === undefined || more.length > 0) throw words.argError();
      if (mode !== 'until-ready' && mode !== 'continuously') throw words.error(`monitor type '${mode}' not supported`);
    }
    onlyOnce(words);
    return undefined;
  },
};

export const prometheus: Plugin = {
  name: 'prometheus',
  setup: ({ words, plan }) => {
    words.next();
    const args = words.args();
    if (args.length > 1) throw words.argError();
    plan.metrics = args[0] === undefined ? { host: 'localhost', port: 9153 } : listenAddress(args[0]);
    while (words.nextInBlock()) {
      if (words.word() === 'tls') throw mistake("kubelab does not simulate 'tls'");
      if (words.word() !== 'runtime_metrics') throw words.error(`unknown option: ${words.word()}`);
      if (words.args().length > 0) throw words.argError();
    }
    onlyOnce(words);
    return passes;
  },
};

const reloadLimits = { interval: 2000, jitter: 1000 };

export const reload: Plugin = {
  name: 'reload',
  setup: ({ words, plan }) => {
    words.next();
    const args = words.args();
    if (args.length > 2) throw words.argError();
    const interval = args[0] === undefined ? 30_000 : duration(args[0]);
    if (interval < reloadLimits.interval) throw mistake('interval value must be greater or equal to 2s');
    const jitter = args[1] === undefined ? 15_000 : duration(args[1]);
    if (jitter !== 0 && jitter < reloadLimits.jitter) throw mistake('jitter value must be 0 or greater or equal to 1s');
    plan.reload = { interval, jitter: Math.min(jitter, interval / 2) };
    return undefined;
  },
};

export const bind: Plugin = {
  name: 'bind',
  setup: ({ words, server }) => {
    const hosts: string[] = [];
    while (words.next()) {
      const args = words.args();
      if (args.length === 0) throw mistake('at least one address or interface name is expected');
      while (words.nextInBlock()) {
        if (words.word() !== 'except') throw mistake(`invalid option ${JSON.stringify(words.word())}`);
        throw mistake("kubelab does not simulate 'except'");
      }
      for (const a of args) {
        if (a === 'lo') hosts.push('127.0.0.1', '::1');
        else if (a === 'eth0') hosts.push('');
        else if (parseIP(a)) hosts.push(a);
        else throw mistake(`not a valid IP address or interface name: ${JSON.stringify(a)}`);
      }
    }
    server.hosts = hosts;
    return undefined;
  },
};

export const bufsize: Plugin = {
  name: 'bufsize',
  setup: ({ words }): Handler => {
    words.next();
    const [text, ...more] = words.args();
    const size = text === undefined ? 1232 : /^[-+]?\d+$/.test(text) ? Number(text) : 0;
    if (more.length > 0 || size < 512 || size > 4096) throw mistake(`plugin/bufsize: ${words.argError().message}`);
    return (question, asking, next) => {
      asking.limit(size);
      return next(question, asking);
    };
  },
};

/** Ends what takes too long; nothing here takes longer than its own limits. */
export const cancel: Plugin = {
  name: 'cancel',
  setup: ({ words }) => {
    while (words.next()) {
      const [text, ...more] = words.args();
      if (more.length > 0) throw words.argError();
      if (text === undefined) continue;
      const ms = retold(
        () => duration(text),
        () => mistake(`invalid duration: ${JSON.stringify(text)}`),
      );
      if (ms <= 0) throw mistake(`invalid negative duration: ${JSON.stringify(text)}`);
    }
    return passes;
  },
};

/** Names the server to those who ask for it with EDNS' NSID, which no tool here does. */
export const nsid: Plugin = {
  name: 'nsid',
  setup: ({ words }) => {
    words.next();
    words.args();
    onlyOnce(words);
    return passes;
  },
};

/** Says more in the log when something panics, which nothing does here. */
export const debug: Plugin = {
  name: 'debug',
  setup: ({ words }) => {
    words.next();
    if (words.args().length > 0) throw words.argError();
    return undefined;
  },
};

/** Collects facts for plugins that ask for them. */
export const metadata: Plugin = { name: 'metadata', setup: () => passes };

export const loop: Plugin = {
  name: 'loop',
  setup: ({ words, keys, plan, port }) => {
    words.next();
    if (words.nextArg()) throw words.argError();
    const zone = /^\w+:\/\/(.*):\d+$/.exec(keys[0] ?? '')?.[1] ?? '.';
    plan.loops.push({ zone, port });
    onlyOnce(words);
    return passes;
  },
};
