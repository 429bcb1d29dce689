// What a wget command line asks for, whichever wget reads it.
export interface Wanted {
  urls: string[];
  quiet: boolean;
  terse: boolean;
  output: string | undefined;
  folder: string;
  spider: boolean;
  showHeaders: boolean;
  resume: boolean;
  headers: [string, string][];
  body: string | undefined;
  method: string | undefined;
  agent: string | undefined;
  /** Milliseconds, for the connection and for each answer. */
  timeout: number | undefined;
  tries: number;
  unchecked: boolean;
  redirects: number;
}
