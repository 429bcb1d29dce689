// How Services fail: test/transcripts/services/failures and why.
import { testTranscripts, transcripts } from './run.js';

testTranscripts(transcripts.filter((f) => /^services\/(failures|why)\//.test(f)));
